"""Reminding municipalities of answers that are due, and telling the secretariat of those that are overdue."""

from datetime import date

from django.utils import timezone

from consortium.audit.record import record
from consortium.dates import calendar_date
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders, secretaries
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.context import require_municipality
from consortium.tenancy.models import Municipality
from identity.domain.inquiry import OPEN, remind_until
from identity.models import Inquiry
from identity.permissions import IdentityPermission
from identity.staff_notices import DUE, OVERDUE
from services.permissions import ServicesPermission


@action(kinds=(ActorKind.SYSTEM,))
def watch_deadlines(*, by: Actor, closed: frozenset[date]) -> tuple[int, int]:
    """Of the open municipality; each inquiry is told of once per stage. closed: its closing days.

    Returns how many were reminded of and how many handed to the secretariat's attention.
    """
    today = timezone.localdate()
    here = Municipality.objects.get(pk=require_municipality())
    open_ = Inquiry.objects.only("id", "due_on", "municipality_id").filter(state__in=OPEN)
    due = list(open_.filter(reminded_on=None, due_on__lte=remind_until(today, closed)))
    overdue = list(open_.filter(escalated_on=None, due_on__lt=today))
    for inquiry in due:
        values = {"due": calendar_date(inquiry.due_on)}
        to = holders(IdentityPermission.PROOF_RESIDENTS)
        notify(DUE, to=to, values=values, target={"inquiry_id": inquiry.pk})
    for inquiry in overdue:
        values = {"due": calendar_date(inquiry.due_on), "municipality": here.name}
        notify(OVERDUE, to=secretaries(ServicesPermission.MANAGE_CATALOGUE), values=values)
    open_.filter(pk__in=[one.pk for one in due]).update(reminded_on=today)
    open_.filter(pk__in=[one.pk for one in overdue]).update(escalated_on=today)
    if due or overdue:
        record(by=by, action="inquiries.reminded", detail={"due": len(due), "overdue": len(overdue)})
    return len(due), len(overdue)
