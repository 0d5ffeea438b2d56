"""阻害要因: raised, worked on, resolved, and come back. Open in every phase of a plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.domain.my_number import contains_my_number
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Refusal
from shared_plans.domain.validation import ProblemCode
from shared_plans.models import Blocker, BlockerStep, BlockerStepKind, Plan
from shared_plans.permissions import PlansPermission
from shared_plans.queries.board import document_in_force

from .steps import CONFLICT, PROBLEMS, REFUSALS, account_id, locked

WRITTEN: Final = ("title", "category", "effect", "countermeasure", "unit", "raised_on", "due")
REVISED: Final = ("countermeasure", "unit", "due")
FUTURE = _("今日以前の日付を入力してください。")
BEFORE = _("生じた日以後の日付を入力してください。")
MOVED_ON = _("阻害要因の状態が変わったため、この操作はできません。最新の内容を確認してください。")


@action(PlansPermission.WRITE)
def raise_blocker(*, by: Actor, plan: Plan, initiative: str = "", values: Mapping[str, Any]) -> Blocker:
    """values: those of WRITTEN. initiative: id of a clause of the plan in force or its draft, "" for none.

    Raises ValidationError by field.
    """
    current = locked(plan)
    blocker = Blocker(plan=current, initiative=initiative, **{name: values[name] for name in WRITTEN})
    if initiative:
        blocker.initiative_title = _title(current, initiative)
    _check(blocker, values, WRITTEN)
    if blocker.raised_on > timezone.localdate():
        raise ValidationError({"raised_on": ValidationError(FUTURE, code="future")})
    blocker.save(force_insert=True)
    _step(blocker, BlockerStepKind.RAISED, blocker.countermeasure, blocker.raised_on, by)
    record(by=by, action="blocker.raised", target=blocker, detail={"plan": str(current.pk)})
    return blocker


@action(PlansPermission.WRITE)
def step_blocker(
    *, by: Actor, blocker: Blocker, lock_version: int, note: str, values: Mapping[str, Any]
) -> Blocker:
    """What was done, and countermeasure, unit and due day (REVISED) as they are from now on.

    Raises ValidationError: `wrong_status` when it is resolved, `conflict`, else by field.
    """
    current = _locked(blocker, is_open=True, lock_version=lock_version)
    for name in REVISED:
        setattr(current, name, values[name])
    _check(current, {**values, "note": note}, REVISED)
    return _moved(current, BlockerStepKind.WORKED_ON, note, timezone.localdate(), by)


@action(PlansPermission.WRITE)
def resolve_blocker(*, by: Actor, blocker: Blocker, resolved_on: date, how: str) -> Blocker:
    """Raises ValidationError: `wrong_status`, else at `resolved_on` or `how`."""
    current = _locked(blocker, is_open=True)
    _check(current, {"how": how}, ())
    if resolved_on > timezone.localdate():
        raise ValidationError({"resolved_on": ValidationError(FUTURE, code="future")})
    if resolved_on < current.raised_on:
        raise ValidationError({"resolved_on": ValidationError(BEFORE, code="order")})
    current.resolved_on = resolved_on
    return _moved(current, BlockerStepKind.RESOLVED, how, resolved_on, by)


@action(PlansPermission.WRITE)
def reopen_blocker(*, by: Actor, blocker: Blocker, reason: str) -> Blocker:
    """It stands in the way again. Raises ValidationError: `wrong_status`, at `reason` without one."""
    current = _locked(blocker, is_open=False)
    if not reason.strip():
        refused = Refusal.REASON_REQUIRED
        raise ValidationError({"reason": ValidationError(REFUSALS[refused], code=refused)})
    _check(current, {"reason": reason}, ())
    current.resolved_on = None
    return _moved(current, BlockerStepKind.REOPENED, reason, timezone.localdate(), by)


def _title(plan: Plan, initiative: str) -> str:
    found = document_in_force(plan).clause(initiative)
    if found is None or found.kind is not Kind.INITIATIVE:
        message = _("この施策は計画にありません。選び直してください。")
        raise ValidationError({"initiative": ValidationError(message, code="unknown")})
    return found.text("title")


def _locked(blocker: Blocker, *, is_open: bool, lock_version: int | None = None) -> Blocker:
    found: Blocker = Blocker.objects.select_for_update().get(pk=blocker.pk)
    if (found.resolved_on is None) != is_open:
        raise ValidationError(MOVED_ON, code=Refusal.WRONG_STATUS)
    if lock_version is not None and found.lock_version != lock_version:
        raise ValidationError(CONFLICT, code="conflict")
    return found


def _check(blocker: Blocker, texts: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises ValidationError: what the model refuses, days out of order, and numbers of persons."""
    blocker.clean_fields(exclude=[field.name for field in blocker._meta.fields if field.name not in names])
    if blocker.due and blocker.due < blocker.raised_on and "due" in names:
        raise ValidationError({"due": ValidationError(BEFORE, code="order")})
    code = ProblemCode.PERSONAL_NUMBER
    wrong = [name for name, text in texts.items() if isinstance(text, str) and contains_my_number(text)]
    if wrong:
        raise ValidationError({name: ValidationError(PROBLEMS[code], code=code) for name in wrong})


def _moved(blocker: Blocker, kind: BlockerStepKind, note: str, day: date, by: Actor) -> Blocker:
    blocker.lock_version += 1
    blocker.save()
    _step(blocker, kind, note.strip(), day, by)
    record(by=by, action=f"blocker.{kind.value}", target=blocker)
    return blocker


def _step(blocker: Blocker, kind: BlockerStepKind, note: str, day: date, by: Actor) -> None:
    BlockerStep(
        blocker=blocker,
        kind=kind,
        note=note,
        unit=blocker.unit,
        due=blocker.due,
        day=day,
        written_by_id=account_id(by),
        written_by_name=by.label,
    ).save(force_insert=True)
