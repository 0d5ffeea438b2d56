"""Writing a plan: from nothing, and again on top of what was published."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Document, cleaned, from_json, to_json
from shared_plans.domain.kinds import MAX_TITLE
from shared_plans.domain.lifecycle import Step
from shared_plans.models import FrameworkEdition, Plan, ReasonKind
from shared_plans.notices import SUBMITTED
from shared_plans.permissions import PlansPermission

from .reviewing import settle_by_revision
from .steps import account_id, add_author, authors, check, locked, may_take, take, unchanged_since

FIRST_YEAR, LAST_YEAR, MAX_YEARS = 2015, 2060, 10


@action(PlansPermission.WRITE)
def draft_plan(*, by: Actor, title: str, edition: FrameworkEdition, year_from: int, year_to: int) -> Plan:
    """An empty plan for these fiscal years. Raises ValidationError, by field."""
    plan = Plan(
        title=title.strip(),
        edition=edition,
        year_from=year_from,
        year_to=year_to,
        draft=to_json(Document()),
        authors=authors(by),
        drafted_by_id=account_id(by),
        drafted_by_name=by.label,
    )
    check_head(plan)
    plan.save(force_insert=True)
    record(by=by, action="plan.drafted", target=plan)
    return plan


@action(PlansPermission.WRITE)
def save_draft(
    *,
    by: Actor,
    plan: Plan,
    lock_version: int,
    content: Document,
    title: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
) -> Plan:
    """Replace the draft's content, and its head where given.

    lock_version: the one the writer has seen. Raises ValidationError: `conflict` when it is not the present
    one, else by place (shared_plans.domain.paths).
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)  # first: who cannot edit any more is not told to save again
    unchanged_since(current, lock_version)
    take(Step.EDIT, current, by=by)
    current.title = current.title if title is None else title.strip()
    current.year_from = year_from or current.year_from
    current.year_to = year_to or current.year_to
    check_head(current)
    content = cleaned(content)
    check(content, current, complete=False)
    current.draft = to_json(content)
    add_author(current, by)
    current.save()
    record(by=by, action="plan.saved", target=current, detail={"clauses": len(content.clauses)})
    return current


@action(PlansPermission.WRITE)
def save_head(*, by: Actor, plan: Plan, lock_version: int, title: str, year_from: int, year_to: int) -> Plan:
    """What the plan is called, which years it covers. Raises ValidationError: `conflict`, else by field."""
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    take(Step.EDIT, current, by=by)
    current.title, current.year_from, current.year_to = title.strip(), year_from, year_to
    check_head(current)
    add_author(current, by)
    current.save()
    record(by=by, action="plan.saved", target=current)
    return current


@action(PlansPermission.WRITE)
def submit_plan(*, by: Actor, plan: Plan) -> Plan:
    """Ask for approval. Raises ValidationError: by place for what is still missing."""
    current = locked(plan)
    take(Step.SUBMIT, current, by=by)
    check(from_json(current.draft), current, complete=True)
    add_author(current, by)
    current.returned_reason, current.submitted_at = "", timezone.now()
    current.save()
    record(by=by, action="plan.submitted", target=current)
    values = {"title": current.title, "author": by.label}
    notify(SUBMITTED, to=holders(PlansPermission.APPROVE), by=by, values=values, target={"plan": current.pk})
    return current


@action(PlansPermission.WRITE)
def recall_plan(*, by: Actor, plan: Plan) -> Plan:
    """取下げ: an author takes it back before it is decided. Raises ValidationError."""
    current = locked(plan)
    take(Step.WITHDRAW, current, by=by)
    current.save()
    record(by=by, action="plan.recalled", target=current)
    return current


@action(PlansPermission.WRITE)
def revise_plan(*, by: Actor, plan: Plan, reason: str, reason_kind: ReasonKind = ReasonKind.OTHER) -> Plan:
    """Begin a new draft on top of the published revision, which stays as it is. Raises ValidationError."""
    current = locked(plan)
    take(Step.REVISE, current, by=by, reason=reason)
    current.reason_kind, current.reason = ReasonKind(reason_kind), reason.strip()
    current.authors = authors(by)
    current.drafted_by_id, current.drafted_by_name = account_id(by), by.label
    current.save()
    if current.reason_kind == ReasonKind.REVIEW:
        settle_by_revision(current)
    record(by=by, action="plan.revision_begun", target=current)
    return current


def check_head(plan: Plan) -> None:
    """Raises ValidationError, by field."""
    errors: dict[str, ValidationError] = {}
    if not plan.title:
        errors["title"] = ValidationError(_("計画の名称を入力してください。"), code="required")
    elif len(plan.title) > MAX_TITLE:
        errors["title"] = ValidationError(_("計画の名称が長すぎます。"), code="max_length")
    if not FIRST_YEAR <= plan.year_from <= plan.year_to <= LAST_YEAR:
        errors["year_to"] = ValidationError(_("終わりの年度は始まりの年度以後にしてください。"), code="order")
    elif plan.year_to - plan.year_from >= MAX_YEARS:
        errors["year_to"] = ValidationError(_("計画期間は10年以内にしてください。"), code="too_long")
    if errors:
        raise ValidationError(errors)
