"""見直しの予定: set, settled, ended, and reminded of."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consortium.audit.record import record
from consortium.membership.closing_days import closing_days
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from shared_plans.domain.reviews import MAX_DAYS, MAX_MONTHS
from shared_plans.models import Phase, Plan, ReviewCycle
from shared_plans.notices import REVIEW_DUE
from shared_plans.permissions import PlansPermission
from shared_plans.queries.reviews import cycle_of, next_of, remind_on

from .steps import locked

FARTHEST = timedelta(days=10 * 366)


@action(PlansPermission.WRITE)
def set_review_cycle(
    *,
    by: Actor,
    plan: Plan,
    every_months: int | None = None,
    starts_on: date | None = None,
    days: Sequence[date] = (),
) -> ReviewCycle:
    """Every so many months from a day on, or on these days. Raises ValidationError, by field."""
    current = locked(plan)
    _check(every_months, starts_on, days)
    stored = cycle_of(current) or ReviewCycle(plan=current, settled_through=localdate() - timedelta(days=1))
    stored.every_months = every_months
    stored.starts_on = starts_on if every_months else None
    stored.days = [] if every_months else sorted(set(days))
    stored.reminded_for = None
    stored.save()
    record(by=by, action="plan.review_cycle_set", target=current, detail={"every_months": every_months})
    return stored


@action(PlansPermission.WRITE)
def end_review_cycle(*, by: Actor, plan: Plan) -> None:
    """No more reviews; without a cycle nothing changes."""
    current = locked(plan)
    deleted, _by_model = ReviewCycle.objects.filter(plan=current).delete()
    if deleted:
        record(by=by, action="plan.review_cycle_ended", target=current)


@action(PlansPermission.WRITE)
def settle_review(*, by: Actor, plan: Plan, due: date) -> ReviewCycle:
    """The plan was looked through and stays as it is. due: the day of the cycle that is settled.

    Raises ValidationError `conflict` when it is not the next one (any more).
    """
    current = locked(plan)
    stored = cycle_of(current)
    following = next_of(stored, closing_days()) if stored else None
    if stored is None or following is None or following.set_for != due:
        message = _("見直しの予定が変わっています。最新の予定を確認してください。")
        raise ValidationError(message, code="conflict")
    settle(stored, due)
    record(by=by, action="plan.review_settled", target=current, detail={"due": due.isoformat()})
    return stored


def settle_by_revision(plan: Plan) -> None:
    """The plan is revised because of its review."""
    stored = cycle_of(plan)
    following = next_of(stored, closing_days()) if stored else None
    if stored and following and localdate() >= remind_on(following, closing_days()):
        settle(stored, following.set_for)


def settle(stored: ReviewCycle, due: date) -> None:
    """With this review those that were missed meanwhile are settled too."""
    stored.settled_through = max(due, localdate())
    stored.save(update_fields=["settled_through", "updated_at"])


@action(kinds=(ActorKind.SYSTEM,))
def remind_of_reviews(*, by: Actor) -> int:
    """Tell the open municipality's writers of reviews that are near, each once; returns of how many."""
    rows = ReviewCycle.objects.select_related("plan").exclude(plan__phase=Phase.CLOSED)
    closed, reminded = closing_days(), 0
    for stored in rows.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        following = next_of(stored, closed)
        if following is None or stored.reminded_for == following.set_for:
            continue
        if localdate() < remind_on(following, closed):
            continue
        stored.reminded_for = following.set_for
        stored.save(update_fields=["reminded_for", "updated_at"])
        record(by=by, action="plan.review_reminded", target=stored.plan)
        values = {"title": stored.plan.title, "day": following.due_on.isoformat()}
        target = {"plan": stored.plan_id}
        notify(REVIEW_DUE, to=holders(PlansPermission.WRITE), values=values, target=target)
        reminded += 1
    return reminded


def _check(every_months: int | None, starts_on: date | None, days: Sequence[date]) -> None:
    today = localdate()
    if every_months is not None:
        if not 1 <= every_months <= MAX_MONTHS:
            raise _wrong("every_months", _("間隔は1か月から60か月までにしてください。"))
        if starts_on is None or not today <= starts_on <= today + FARTHEST:
            raise _wrong("starts_on", _("最初の見直しの日は、今日から10年以内の日にしてください。"))
        return
    if not days or len(set(days)) > MAX_DAYS:
        raise _wrong("days", _("見直しの日を1日から24日まで入力してください。"))
    if any(not today <= day <= today + FARTHEST for day in days):
        raise _wrong("days", _("見直しの日は、今日から10年以内の日にしてください。"))


def _wrong(field: str, message: StrOrPromise) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=field)})
