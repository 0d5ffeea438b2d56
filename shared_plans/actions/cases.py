"""成功事例: written by one, published by another (four eyes), taken back by either."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Clause, from_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Refusal
from shared_plans.models import CaseStatus, Plan, SuccessCase
from shared_plans.permissions import PlansPermission

from .steps import CONFLICT, REFUSALS, account_id, authors

WRITTEN: Final = (
    "title",
    "summary",
    "indicator",
    "measure",
    "direction",
    "before",
    "before_period",
    "after",
    "after_period",
    "method",
    "components",
    "conditions",
    "contact",
)
"""What its writer enters."""


@action(PlansPermission.WRITE)
def draft_case(*, by: Actor, plan: Plan, initiative: str, values: Mapping[str, Any]) -> SuccessCase:
    """Of an initiative of an own plan. Raises ValidationError: `unknown` without one, else by field."""
    clause = _initiative(plan, initiative)
    case = SuccessCase(
        plan=plan,
        initiative=clause.id,
        initiative_title=clause.text("title"),
        item_keys=list(clause.keys("items")),
        area_keys=[area] if (area := clause.text("area")) else [],
        authors=authors(by),
        drafted_by_id=account_id(by),
        drafted_by_name=by.label,
    )
    _write(case, values)
    case.save(force_insert=True)
    record(by=by, action="success_case.drafted", target=case, detail={"plan": str(plan.pk)})
    return case


@action(PlansPermission.WRITE)
def save_case(*, by: Actor, case: SuccessCase, lock_version: int, values: Mapping[str, Any]) -> SuccessCase:
    """Raises ValidationError: `wrong_status`, `conflict`, else by field."""
    current = _locked(case, CaseStatus.DRAFT, lock_version)
    _write(current, values)
    current.authors = [*dict.fromkeys([*current.authors, *authors(by)])]
    return _moved(current, CaseStatus.DRAFT, by, "success_case.saved")


@action(PlansPermission.WRITE)
def submit_case(*, by: Actor, case: SuccessCase) -> SuccessCase:
    """Ask for approval. Raises ValidationError: `wrong_status`."""
    current = _locked(case, CaseStatus.DRAFT)
    current.authors = [*dict.fromkeys([*current.authors, *authors(by)])]
    current.returned_reason = ""
    return _moved(current, CaseStatus.IN_REVIEW, by, "success_case.submitted")


@action(PlansPermission.APPROVE)
def return_case(*, by: Actor, case: SuccessCase, reason: str) -> SuccessCase:
    """差戻し. Raises ValidationError: `four_eyes`, `wrong_status`, and at `reason` without one."""
    current = _locked(case, CaseStatus.IN_REVIEW)
    _by_another(current, by)
    if not reason.strip():
        refused = Refusal.REASON_REQUIRED
        raise ValidationError({"reason": ValidationError(REFUSALS[refused], code=refused)})
    current.returned_reason = reason.strip()
    return _moved(current, CaseStatus.DRAFT, by, "success_case.returned")


@action(PlansPermission.APPROVE)
def publish_case(*, by: Actor, case: SuccessCase, lock_version: int) -> SuccessCase:
    """Show it to all members. Raises ValidationError: `four_eyes`, `wrong_status`, `conflict`."""
    current = _locked(case, CaseStatus.IN_REVIEW, lock_version)
    _by_another(current, by)
    current.approved_by_id, current.approved_by_name = account_id(by), by.label
    current.published_at = timezone.now()
    return _moved(current, CaseStatus.PUBLISHED, by, "success_case.published")


@action(PlansPermission.WRITE)
def reopen_case(*, by: Actor, case: SuccessCase) -> SuccessCase:
    """Back to a draft: out of review, or out of the others' sight. Raises ValidationError: `wrong_status`."""
    current = _locked(case, CaseStatus.IN_REVIEW, also=CaseStatus.PUBLISHED)
    return _moved(current, CaseStatus.DRAFT, by, "success_case.reopened")


def _initiative(plan: Plan, initiative: str) -> Clause:
    clause = from_json(plan.draft).clause(initiative)
    if clause is None or clause.kind is not Kind.INITIATIVE:
        message = _("この施策は計画にありません。選び直してください。")
        raise ValidationError({"initiative": ValidationError(message, code="unknown")})
    return clause


def _locked(
    case: SuccessCase, status: CaseStatus, lock_version: int | None = None, also: CaseStatus | None = None
) -> SuccessCase:
    found: SuccessCase = SuccessCase.objects.select_for_update().get(pk=case.pk)
    if found.status not in {status, also}:
        message = _("事例の状態が変わったため、この操作はできません。最新の内容を確認してください。")
        raise ValidationError(message, code=Refusal.WRONG_STATUS)
    if lock_version is not None and found.lock_version != lock_version:
        raise ValidationError(CONFLICT, code="conflict")
    return found


def _by_another(case: SuccessCase, by: Actor) -> None:
    if any(person in case.authors for person in (by.id, *by.persons)):
        raise ValidationError(REFUSALS[Refusal.FOUR_EYES], code=Refusal.FOUR_EYES)


def _write(case: SuccessCase, values: Mapping[str, Any]) -> None:
    for name in WRITTEN:
        setattr(case, name, values[name])
    case.clean_fields(exclude=[field.name for field in case._meta.fields if field.name not in WRITTEN])


def _moved(case: SuccessCase, status: CaseStatus, by: Actor, event: str) -> SuccessCase:
    case.status = status
    case.lock_version += 1
    case.save()
    record(by=by, action=event, target=case)
    return case
