"""A consent's state, derived from its append-only events. Withdrawal is final: consent anew, new stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    ABSENT = "absent"
    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was consented to: recipient × purpose × attributes × until (exclusive, aware)."""

    recipient: str
    purpose: str
    attributes: frozenset[str]
    until: datetime

    def __post_init__(self) -> None:
        _require_aware(self.until)


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is aware, `terms` are present exactly on `GIVEN`."""

    kind: EventKind
    at: datetime
    terms: Terms | None = None

    def __post_init__(self) -> None:
        _require_aware(self.at)
        if (self.terms is not None) != (self.kind is EventKind.GIVEN):
            raise ValueError(self.kind)


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent's events, in any order."""

    events: Sequence[Event]

    def terms(self, at: datetime) -> Terms | None:
        """Return the terms in force at a moment: those of the first giving (a stream is given once)."""
        given = [event for event in self._until(at) if event.kind is EventKind.GIVEN]
        return min(given, key=lambda event: event.at).terms if given else None

    def state(self, at: datetime) -> State:
        terms = self.terms(at)
        if any(event.kind is EventKind.WITHDRAWN for event in self._until(at)):
            return State.WITHDRAWN
        if terms is None:
            return State.ABSENT
        return State.EXPIRED if at >= terms.until else State.LIVE

    def covers(self, attribute: str, recipient: str, purpose: str, at: datetime) -> bool:
        """Whether this attribute may go to this recipient for this purpose at this moment."""
        terms = self.terms(at)
        if terms is None or self.state(at) is not State.LIVE:
            return False
        return (recipient, purpose) == (terms.recipient, terms.purpose) and attribute in terms.attributes

    def _until(self, at: datetime) -> list[Event]:
        _require_aware(at)
        return [event for event in self.events if event.at <= at]


def uncovered(
    consents: Iterable[Consent], attributes: frozenset[str], recipient: str, purpose: str, at: datetime
) -> frozenset[str]:
    """Return those attributes for which no consent allows the disclosure: empty means all may leave."""
    held = tuple(consents)
    return frozenset(
        attribute
        for attribute in attributes
        if not any(consent.covers(attribute, recipient, purpose, at) for consent in held)
    )


def _require_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError(moment)
