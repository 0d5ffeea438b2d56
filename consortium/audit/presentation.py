"""An event as a line that people read."""

from dataclasses import dataclass
from datetime import datetime

from .labels import sentence
from .models import Event


@dataclass(frozen=True)
class Line:
    when: datetime
    what: str
    target: str
    request_id: str
    seal: int | None
    """Number of the seal; None while the row waits for one."""


def line(event: Event) -> Line:
    return Line(
        when=event.occurred_at,
        what=sentence(event.action, event.actor_label or event.actor_id),
        target=f"{event.target_type} {event.target_id}".strip(),
        request_id=event.request_id,
        seal=event.seal_number,
    )
