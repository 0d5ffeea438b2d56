"""An event as a line that people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .labels import sentence
from .models import Event
from .targets import describe, named


@dataclass(frozen=True)
class Line:
    when: datetime
    what: str
    target: str
    request_id: str
    seal: int | None
    """Number of the seal; None while the row waits for one."""


def lines(events: Sequence[Event]) -> list[Line]:
    names = named(events)
    return [line(event, describe(event, names)) for event in events]


def line(event: Event, target: str) -> Line:
    return Line(
        when=event.occurred_at,
        what=sentence(event.action, event.actor_label or event.actor_id),
        target=target,
        request_id=event.request_id,
        seal=event.seal_number,
    )
