"""Reads of the event log for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from .models import Event

PAGE = 50


@dataclass(frozen=True)
class Slice:
    """Newest first. older: identifier to go on from, None at the end."""

    events: Sequence[Event]
    older: UUID | None


def events_of(municipality_id: int | None) -> "QuerySet[Event]":
    """What the open context may see: a municipality's own events, or those of the body."""
    events: QuerySet[Event] = Event.objects.order_by("-id")
    return events.filter(municipality_id=municipality_id) if municipality_id else events


def filtered(
    events: "QuerySet[Event]",
    action: str = "",
    actor: str = "",
    first: date | None = None,
    last: date | None = None,
) -> "QuerySet[Event]":
    """first, last: days in local time, both included."""
    if action:
        events = events.filter(action=action)
    if actor:
        events = events.filter(actor_label__icontains=actor)
    if first:
        events = events.filter(occurred_at__gte=_midnight(first))
    if last:
        events = events.filter(occurred_at__lt=_midnight(last + timedelta(days=1)))
    return events


def page(events: "QuerySet[Event]", before: UUID | None = None) -> Slice:
    """The events older than `before`; time-ordered identifiers make the page stable under inserts."""
    found = list((events.filter(pk__lt=before) if before else events)[: PAGE + 1])
    shown = found[:PAGE]
    return Slice(shown, shown[-1].pk if len(found) > PAGE else None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
