"""A consent's state, derived from its append-only events. Withdrawal is final: consent anew, new stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST_PAUSE, LONGEST_PAUSE = timedelta(days=1), timedelta(days=30)


class EventKind(StrEnum):
    """What may happen to a consent: it is given; some of its attributes, or all of it, are withdrawn; where
    she wants to be asked each time, one use more is approved, or an approval is used."""

    GIVEN = "given"
    APPROVED = "approved"
    USED = "used"
    NARROWED = "narrowed"
    WITHDRAWN = "withdrawn"


class Condition(StrEnum):
    """What she adds to a consent's term."""

    THIS_MONTH = "this_month"
    """今月だけ: it ends with the month, in Japan's time, in which it was given."""
    EACH_TIME = "each_time"
    """毎回確認: giving it approves one disclosure; each further one needs an approval of its own."""


class Source(StrEnum):
    """Where it was given: on the screen of a sign-in, in answer to a request, or by her delegate."""

    SCREEN = "screen"
    REQUEST = "request"
    DELEGATE = "delegate"


class State(StrEnum):
    ABSENT = "absent"
    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was consented to: recipient × purpose × attributes × until (exclusive, aware). purpose: whatever
    tells one from another; here it is only compared."""

    recipient: str
    purpose: str
    attributes: frozenset[str]
    until: datetime
    condition: Condition | None = None

    def __post_init__(self) -> None:
        _require_aware(self.until)


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is aware, `terms` are present exactly on `GIVEN`.

    number: of an approval, and of the use it serves; giving is number 0. attributes: what `NARROWED` takes
    back. Raises ValueError.
    """

    kind: EventKind
    at: datetime
    terms: Terms | None = None
    number: int = 0
    attributes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _require_aware(self.at)
        if (self.terms is not None) != (self.kind is EventKind.GIVEN):
            raise ValueError(self.kind)
        of_month = self.terms is not None and self.terms.condition is Condition.THIS_MONTH
        if self.terms and of_month and self.terms.until > month_end(self.at):
            raise ValueError(self.terms.until)


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent's events, in any order."""

    events: Sequence[Event]

    def terms(self, at: datetime) -> Terms | None:
        """Return the terms in force at a moment: those of the first giving (a stream is given once)."""
        given = self._of(EventKind.GIVEN, at)
        return min(given, key=lambda event: event.at).terms if given else None

    def state(self, at: datetime) -> State:
        terms = self.terms(at)
        if self._of(EventKind.WITHDRAWN, at):
            return State.WITHDRAWN
        if terms is None:
            return State.ABSENT
        return State.EXPIRED if at >= terms.until else State.LIVE

    def attributes(self, at: datetime) -> frozenset[str]:
        """Return what was granted and not taken back since."""
        terms = self.terms(at)
        taken_back = (event.attributes for event in self._of(EventKind.NARROWED, at))
        return terms.attributes.difference(*taken_back) if terms else frozenset()

    def approvals(self, at: datetime) -> frozenset[int]:
        """Return the numbers of approvals that no use has taken up yet."""
        approved = {event.number for event in self._of(EventKind.APPROVED, at)}
        used = {event.number for event in self._of(EventKind.USED, at)}
        return frozenset(({0} | approved) - used) if self.terms(at) else frozenset()

    def needs_approval(self, at: datetime) -> bool:
        """Whether she has to be asked before anything leaves, though she consents."""
        terms = self.terms(at)
        return terms is not None and terms.condition is Condition.EACH_TIME and not self.approvals(at)

    def covers(self, attribute: str, recipient: str, purpose: str, at: datetime) -> bool:
        """Whether this attribute may go to this recipient for this purpose at this moment."""
        terms = self.terms(at)
        if terms is None or self.state(at) is not State.LIVE or self.needs_approval(at):
            return False
        return (recipient, purpose) == (terms.recipient, terms.purpose) and attribute in self.attributes(at)

    def _of(self, kind: EventKind, at: datetime) -> list[Event]:
        _require_aware(at)
        return [event for event in self.events if event.kind is kind and event.at <= at]


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


def pause_after(refusals: int) -> timedelta:
    """How long a service waits before it asks again for one use, after so many refusals in a row."""
    return min(FIRST_PAUSE * 2 ** min(refusals - 1, 10), LONGEST_PAUSE) if refusals else timedelta()


def month_end(at: datetime) -> datetime:
    """Return the first moment after the month of `at`, in Japan's time."""
    _require_aware(at)
    here = at.astimezone(JAPAN)
    years, month = divmod(here.month, 12)
    return datetime(here.year + years, month + 1, 1, tzinfo=JAPAN)


def _require_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError(moment)
