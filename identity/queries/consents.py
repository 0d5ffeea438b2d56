"""Consents as their append-only events tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone

from identity.domain.consent import Consent, Event, EventKind, State, Terms
from identity.models import ConsentEvent


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent with its state at the moment it was asked for. ended_at: withdrawn or expired."""

    consent_id: UUID
    client_id: str
    recipient: str
    purpose: str
    attributes: tuple[str, ...]
    given_at: datetime
    until: datetime
    state: State
    ended_at: datetime | None
    replaced: bool

    @property
    def is_live(self) -> bool:
        return self.state is State.LIVE


def consents(citizen_id: UUID, *, client_id: str | None = None) -> list[ConsentView]:
    """All of one resident's, newest first."""
    rows = ConsentEvent.objects.filter(citizen_id=citizen_id)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    events = rows.order_by("consent_id", "id")
    views = [_view(list(group)) for _, group in groupby(events, key=lambda row: row.consent_id)]
    return sorted(views, key=lambda view: view.given_at, reverse=True)


def live_consents(citizen_id: UUID, client_id: str) -> list[ConsentView]:
    return [view for view in consents(citizen_id, client_id=client_id) if view.is_live]


def consent(citizen_id: UUID, consent_id: UUID) -> ConsentView | None:
    events = list(ConsentEvent.objects.filter(citizen_id=citizen_id, consent_id=consent_id).order_by("id"))
    return _view(events) if events else None


def _view(rows: list[ConsentEvent]) -> ConsentView:
    given = next(row for row in rows if row.event == EventKind.GIVEN)
    ended = next((row for row in rows if row.event == EventKind.WITHDRAWN), None)
    state = _consent(rows).state(_not_before(rows))
    expired_at = given.until if state is State.EXPIRED else None
    return ConsentView(
        consent_id=given.consent_id,
        client_id=given.client_id,
        recipient=given.recipient,
        purpose=given.purpose,
        attributes=tuple(given.attributes),
        given_at=given.occurred_at,
        until=given.until,
        state=state,
        ended_at=ended.occurred_at if ended else expired_at,
        replaced=bool(ended and ended.replaced_by),
    )


def _not_before(rows: Iterable[ConsentEvent]) -> datetime:
    """Now, but never before an event: a server whose clock is late must not miss a withdrawal."""
    return max([timezone.now(), *(row.occurred_at for row in rows)])


def _consent(rows: Iterable[Any]) -> Consent:
    return Consent([_event(row) for row in rows])


def _event(row: ConsentEvent) -> Event:
    if row.event != EventKind.GIVEN:
        return Event(EventKind.WITHDRAWN, row.occurred_at)
    terms = Terms(row.client_id, row.purpose, frozenset(row.attributes), row.until)
    return Event(EventKind.GIVEN, row.occurred_at, terms)
