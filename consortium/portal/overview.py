"""What a home page shows: the tasks that products report, and a card per thing one may look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Value

from consortium.membership.requests import PortalRequest
from consortium.tenancy.actor import Actor
from consortium.ui.registry import Summary, Task, tasks
from consortium.ui.waiting import tasks_of


@dataclass(frozen=True, slots=True)
class Card:
    label: str
    url: str
    summary: str = ""


def tasks_for(actor: Actor) -> list[Task]:
    """Soonest deadline first, those without one last."""
    return sorted(tasks_of(actor, tasks), key=lambda task: task.deadline or date.max)


def cards_for(request: PortalRequest) -> list[Card]:
    items = [item for item in request.shell.nav if not item.active]
    lines = iter(_lines([item.summary for item in items if item.summary]))
    return [Card(item.label, item.url, next(lines) if item.summary else "") for item in items]


def _lines(summaries: Sequence[Summary]) -> Iterator[str]:
    asked = [summary.counts() for summary in summaries]
    numbers = iter(_numbers([rows for counts in asked for rows in counts.values()]))
    for summary, counts in zip(summaries, asked, strict=True):
        yield str(summary.text % {name: next(numbers) for name in counts})


def _numbers(asked: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each has, asked in one statement."""
    if not asked:
        return []
    counts = [
        rows.order_by().annotate(place=Value(place)).values("place").annotate(number=Count("pk"))
        for place, rows in enumerate(asked)
    ]
    first, *more = [each.values_list("place", "number") for each in counts]
    found = dict(first.union(*more, all=True))
    return [found.get(place, 0) for place in range(len(asked))]
