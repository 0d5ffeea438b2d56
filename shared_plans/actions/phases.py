"""実行の開始, 終了, 再開: how far what was decided is carried out."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.lifecycle import TURNS, Phase, Refusal, Status, Turn, turn_refusal
from shared_plans.models import Plan, PlanPhase, PlanRevision
from shared_plans.permissions import PlansPermission

from .steps import REFUSALS, account_id, locked

EVENTS = {Turn.START: "plan.started", Turn.CLOSE: "plan.closed", Turn.REOPEN: "plan.reopened"}


@action(PlansPermission.APPROVE)
def enter_phase(*, by: Actor, plan: Plan, turn: Turn, since: date, reason: str) -> Plan:
    """The plan is carried out, ends or goes on since this day. A draft of its next revision stays as it is.

    Others see it on the latest revision, not the reason. Raises ValidationError: `wrong_status`,
    `nothing_published`, `draft_open`; at `reason` or `since`.
    """
    current = locked(plan)
    latest = PlanRevision.objects.filter(plan=current, is_latest=True)
    _check(turn, current, published=latest.exists(), reason=reason)
    _check_day(since, current)
    _sources, phase = TURNS[turn]
    current.phase, current.phase_since = phase.value, since
    current.save(update_fields=["phase", "phase_since", "updated_at"])
    latest.update(phase=phase.value, phase_since=since)
    step = PlanPhase(
        plan=current,
        phase=phase.value,
        since=since,
        reason=reason.strip(),
        decided_by_id=account_id(by),
        decided_by_name=by.label,
    )
    step.save(force_insert=True)
    record(by=by, action=EVENTS[turn], target=current, detail={"since": since.isoformat()})
    return current


def _check(turn: Turn, plan: Plan, *, published: bool, reason: str) -> None:
    refused = turn_refusal(turn, Phase(plan.phase), Status(plan.status), published=published, reason=reason)
    if refused is Refusal.REASON_REQUIRED:
        raise ValidationError({"reason": ValidationError(REFUSALS[refused], code=refused)})
    if refused:
        raise ValidationError(REFUSALS[refused], code=refused)


def _check_day(since: date, plan: Plan) -> None:
    if since > timezone.localdate():
        message = _("今日以前の日付を入力してください。")
        raise ValidationError({"since": ValidationError(message, code="future")})
    if plan.phase_since and since < plan.phase_since:
        message = _("前の段階が始まった日以後の日付を入力してください。")
        raise ValidationError({"since": ValidationError(message, code="order")})
