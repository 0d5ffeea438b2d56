"""From nothing to a plan: the draft that the self-check leads to."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Clause, Document, made, new_id, row
from shared_plans.domain.kinds import Kind, Question
from shared_plans.models import FrameworkEdition, Plan
from shared_plans.permissions import PlansPermission

from .adopting import adopt_initiatives
from .drafting import draft_plan, save_draft

Evidence = tuple[str, str, str]
"""Indicator, value, source."""


@action(PlansPermission.ADOPT)
def start_plan(
    *,
    by: Actor,
    title: str,
    edition: FrameworkEdition,
    years: tuple[int, int],
    picks: Mapping[UUID, Sequence[str]],
    evidence: Iterable[Evidence] = (),
) -> Plan:
    """A draft with what every plan begins with, and the initiatives picked: revision → ids.

    Raises ValidationError by field, and as adopt_initiatives; nothing is kept then.
    """
    plan = draft_plan(by=by, title=title, edition=edition, year_from=years[0], year_to=years[1])
    content = Document(tuple(_beginning(evidence)))
    plan = save_draft(by=by, plan=plan, lock_version=plan.lock_version, content=content)
    for revision_id, initiatives in picks.items():
        plan = adopt_initiatives(by=by, revision_id=revision_id, initiatives=initiatives, into=plan)
    return plan


def _beginning(evidence: Iterable[Evidence]) -> Iterable[Clause]:
    """首長の約束 and the three questions, to be filled in; known figures stand at the first question."""
    yield made(new_id(), Kind.COMMITMENT, {})
    names = ("indicator", "value", "source")
    rows = tuple(row(new_id(), dict(zip(names, one, strict=True))) for one in evidence)
    for question in Question:
        if question is not Question.OWN:
            known = rows if question is Question.DIGITALISED else ()
            yield made(new_id(), Kind.ANALYSIS, {"question": question.value, "evidence": known})
