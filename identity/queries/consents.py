"""Consents as their append-only events tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from django.utils import timezone

from consortium.tenancy import statements
from consortium.tenancy.statements import Table
from identity.domain.consent import Condition, Consent, Event, EventKind, State, Terms
from identity.models import ConsentEvent

EVENTS: Final = Table(ConsentEvent)
_TO_ONE: Final = (
    f"SELECT {EVENTS.columns('t')} FROM {EVENTS.name} t"  # noqa: S608
    " WHERE t.citizen_id = %s AND t.client_id = %s ORDER BY t.consent_id, t.id"
)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent with its state at the moment it was asked for.

    attributes: granted and not taken back. ended_at: withdrawn or expired. approval: where she is asked each
    time, the number of an approval that is not used yet. waits: she has to be asked before anything leaves.
    """

    consent_id: UUID
    client_id: str
    recipient: str
    purpose: str
    purpose_key: str
    attributes: tuple[str, ...]
    given_at: datetime
    until: datetime
    state: State
    ended_at: datetime | None
    replaced: bool
    condition: str = ""
    source: str = ""
    refused: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    approval: int | None = None
    waits: bool = False

    @property
    def is_live(self) -> bool:
        return self.state is State.LIVE

    @property
    def is_each_time(self) -> bool:
        return self.condition == Condition.EACH_TIME


def consents(citizen_id: UUID) -> list[ConsentView]:
    """All of one resident's, newest first."""
    return views(ConsentEvent.objects.filter(citizen_id=citizen_id).order_by("consent_id", "id"))


def consents_to(citizen_id: UUID, client_id: str) -> list[ConsentView]:
    """To one service, newest first. Asked with each disclosure, hence prepared."""
    return views(map(EVENTS.row, statements.rows(_TO_ONE, [citizen_id, client_id])))


def live_consents(citizen_id: UUID, client_id: str) -> list[ConsentView]:
    return [view for view in consents_to(citizen_id, client_id) if view.is_live]


def views(ordered: Iterable[ConsentEvent]) -> list[ConsentView]:
    """ordered: by consent, then by time."""
    made = [_view(list(group)) for _, group in groupby(ordered, key=lambda row: row.consent_id)]
    return sorted(made, key=lambda view: view.given_at, reverse=True)


def consent(citizen_id: UUID, consent_id: UUID) -> ConsentView | None:
    rows = events(citizen_id, consent_id)
    return _view(rows) if rows else None


def events(citizen_id: UUID, consent_id: UUID) -> list[ConsentEvent]:
    """What happened to one consent, oldest first."""
    return list(ConsentEvent.objects.filter(citizen_id=citizen_id, consent_id=consent_id).order_by("id"))


def _view(rows: list[ConsentEvent]) -> ConsentView:
    given = next(row for row in rows if row.event == EventKind.GIVEN)
    ended = next((row for row in rows if row.event == EventKind.WITHDRAWN), None)
    now, whole = _not_before(rows), consent_of(rows)
    state, kept = whole.state(now), whole.attributes(now)
    expired_at = given.until if state is State.EXPIRED else None
    return ConsentView(
        consent_id=given.consent_id,
        client_id=given.client_id,
        recipient=given.recipient,
        purpose=given.purpose,
        purpose_key=given.purpose_key,
        attributes=tuple(name for name in given.attributes if name in kept),
        given_at=given.occurred_at,
        until=given.until,
        state=state,
        ended_at=ended.occurred_at if ended else expired_at,
        replaced=bool(ended and ended.replaced_by),
        condition=given.condition,
        source=given.source,
        refused=tuple(given.refused or ()),
        withdrawn=tuple(name for name in given.attributes if name not in kept),
        approval=min(whole.approvals(now), default=None),
        waits=whole.needs_approval(now),
    )


def _not_before(rows: Iterable[ConsentEvent]) -> datetime:
    """Now, but never before an event: a server whose clock is late must not miss a withdrawal."""
    return max([timezone.now(), *(row.occurred_at for row in rows)])


def consent_of(rows: Iterable[ConsentEvent]) -> Consent:
    """Rows of one consent as the domain sees them."""
    return Consent([_event(row) for row in rows])


def _event(row: ConsentEvent) -> Event:
    kind = EventKind(row.event)
    if kind is not EventKind.GIVEN:
        return Event(kind, row.occurred_at, number=row.number or 0, attributes=frozenset(row.attributes))
    condition = Condition(row.condition) if row.condition else None
    terms = Terms(row.client_id, row.purpose_key, frozenset(row.attributes), row.until, condition)
    return Event(kind, row.occurred_at, terms)
