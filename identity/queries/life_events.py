"""Life events of residents who live here, and moves to here that are not confirmed yet."""

from uuid import UUID

from django.db.models import QuerySet

from identity.models import LifeEvent


def undecided() -> QuerySet[LifeEvent]:
    """Waiting for a second clerk, oldest first."""
    rows: QuerySet[LifeEvent] = LifeEvent.objects.filter(confirmed_at=None, declined_at=None)
    return rows.order_by("prepared_at")[:200]


def events_of(citizen_id: UUID) -> list[LifeEvent]:
    return list(LifeEvent.objects.filter(citizen=citizen_id).order_by("-prepared_at"))


def event(event_id: UUID) -> LifeEvent | None:
    found: LifeEvent | None = LifeEvent.objects.filter(pk=event_id).first()
    return found
