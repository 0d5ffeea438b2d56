"""An inquiry of a resident: what may happen to it next, by whom, and until when."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from consortium.domain.calendar import NO_DAYS, add_open_days


class State(StrEnum):
    RECEIVED = "received"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"


class Step(StrEnum):
    """FORWARD: to the service's operator. REOPEN: the resident is not content with the answer."""

    FORWARD = "forward"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


OPEN: Final = frozenset({State.RECEIVED, State.ASKED})
STARTS: Final[Mapping[Step, frozenset[State]]] = MappingProxyType(
    {
        Step.FORWARD: OPEN,
        Step.ANSWER: OPEN,
        Step.CLOSE: frozenset({State.RECEIVED, State.ASKED, State.ANSWERED}),
        Step.REOPEN: frozenset({State.ANSWERED, State.CLOSED}),
    }
)
ENDS: Final[Mapping[Step, State]] = MappingProxyType(
    {
        Step.FORWARD: State.ASKED,
        Step.ANSWER: State.ANSWERED,
        Step.CLOSE: State.CLOSED,
        Step.REOPEN: State.RECEIVED,
    }
)
OPEN_DAYS: Final = 10
REMIND_BEFORE: Final = 3
"""開庁日 for an answer, and how many of them before its end the municipality is reminded."""


def due_on(day: date, closed: frozenset[date] = NO_DAYS) -> date:
    return add_open_days(day, OPEN_DAYS, closed)


def remind_until(day: date, closed: frozenset[date] = NO_DAYS) -> date:
    """Inquiries due by then are to be reminded of on this day."""
    return add_open_days(day, REMIND_BEFORE, closed)
