"""Figures of an adopted plan, brought to the own size: proposals by stated rules, each decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Scalar, from_json, to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.paths import Place, put
from shared_plans.domain.scaling import Size
from shared_plans.models import AdoptionState, Plan, PlanAdoption
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import state_of

from .steps import add_author, check_new, locked, may_take, take, unchanged_since

LARGEST: Final = 20_000_000
"""No municipality has more people."""


class Settled(StrEnum):
    """SCALED: as the rule proposes. KEPT: the source's figure. CHANGED: another one."""

    SCALED = "scaled"
    KEPT = "kept"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Figure:
    settled: Settled
    value: Scalar


@action(PlansPermission.WRITE)
def set_sizes(*, by: Actor, plan: Plan, adoption: PlanAdoption, source: Size, own: Size) -> AdoptionState:
    """What figures are scaled by. Raises ValidationError, by field."""
    _check_size(source, "source")
    _check_size(own, "own")
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    state = opened(adoption)
    state.sizes = {"source": asdict(source), "own": asdict(own)}
    state.save()
    record(by=by, action="plan.sizes_set", target=current, detail=state.sizes)
    return state


@action(PlansPermission.WRITE)
def settle_figures(
    *, by: Actor, plan: Plan, adoption: PlanAdoption, lock_version: int, figures: Mapping[Place, Figure]
) -> Plan:
    """Put these figures into the draft and keep how each was decided.

    Raises ValidationError: `conflict`, `wrong_status`, else by place.
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    take(Step.EDIT, current, by=by)
    before = from_json(current.draft)
    after = before
    for place, figure in figures.items():
        after = put(after, place, figure.value)
    check_new(before, after, current)
    current.draft = to_json(after)
    add_author(current, by)
    current.save()
    state = opened(adoption)
    settled = {str(place): figure.settled.value for place, figure in figures.items()}
    state.figures = {**state.figures, **settled}
    state.save()
    record(by=by, action="plan.figures_settled", target=current, detail={"figures": len(figures)})
    return current


def opened(adoption: PlanAdoption) -> AdoptionState:
    """The line's state, locked; a fresh one if there is none. Called with the plan locked."""
    return state_of(adoption, lock=True) or AdoptionState(adoption_id=adoption.line)


def _check_size(size: Size, whose: str) -> None:
    for name, value in asdict(size).items():
        if not 0 < value <= LARGEST:
            error = ValidationError(_("1以上の数を入力してください。"), code="out_of_range")
            raise ValidationError({f"{whose}_{name}": error})
