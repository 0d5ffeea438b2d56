"""What workers tell of themselves: a sign of life of each queue, and the backlogs.

Beat asks each queue for a pulse, so that a pulse proves beat, broker and worker at once. It is kept in
Valkey, where any web process can tell it on; no web login may read other tenants' jobs.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consortium.jobs.models import REPORTS
from consortium.task_counts import valkey

QUEUES: Final = ("default", REPORTS)
EVERY: Final = 15
"""Seconds between two pulses of a queue."""
LATE_AFTER: Final = 4 * EVERY
_PULSES: Final = "operations:pulses"


@dataclass(frozen=True)
class Pulse:
    """at: seconds since 1970; backlogs: name -> (entries, age of the oldest in seconds)."""

    at: float
    backlogs: Mapping[str, tuple[int, float]]

    @property
    def age(self) -> float:
        return max(0.0, time.time() - self.at)


def beat(queue: str, backlogs: Mapping[str, tuple[int, float]]) -> None:
    with valkey() as server:
        server.hset(_PULSES, queue, json.dumps({"at": time.time(), "backlogs": backlogs}))


def pulses() -> dict[str, Pulse]:
    """The last pulse of each queue that ever had one. Raises RedisError."""
    with valkey() as server:
        stored: Any = server.hgetall(_PULSES)
    return {queue.decode(): _pulse(json.loads(text)) for queue, text in stored.items()}


def _pulse(stored: dict[str, Any]) -> Pulse:
    backlogs = {name: (int(entries), float(age)) for name, (entries, age) in stored["backlogs"].items()}
    return Pulse(stored["at"], backlogs)
