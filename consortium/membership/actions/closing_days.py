"""A municipality names the days on which it is closed besides weekends, holidays and the turn of the year."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.dates import calendar_date
from consortium.domain.calendar import is_open
from consortium.membership.models import ClosingDay, today
from consortium.membership.permissions import MembershipPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

FURTHEST = timedelta(days=2 * 366)


@action(MembershipPermission.MANAGE_CALENDAR)
def add_closing_day(*, by: Actor, day: date, reason: str) -> ClosingDay:
    """ValidationError for a day that is past, too far off, closed anyway or named already."""
    if not today() <= day <= today() + FURTHEST:
        raise _refused(_("今日から2年後までの日付を入力してください。"), "range")
    if not is_open(day):
        message = _("%(day)sは土日・祝日か年末年始で、もともと休庁日です。")
        raise _refused(message % {"day": calendar_date(day)}, "closed")
    closing = ClosingDay(day=day, reason=reason)
    try:
        with transaction.atomic():
            closing.save(force_insert=True)
    except IntegrityError as error:
        raise _refused(_("この日は既に登録しています。"), "taken") from error
    record(by=by, action="closing_day.added", target=closing, detail={"day": str(day), "reason": reason})
    return closing


@action(MembershipPermission.MANAGE_CALENDAR)
def remove_closing_day(*, by: Actor, closing: ClosingDay) -> None:
    """ValidationError for a past one: deadlines have been reckoned with it."""
    if closing.day < today():
        raise ValidationError(_("過ぎた休庁日は取り消せません。"), code="past")
    detail = {"day": str(closing.day), "reason": closing.reason}
    record(by=by, action="closing_day.removed", target=closing, detail=detail)
    closing.delete()


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError({"day": ValidationError(message, code=code)})
