"""What a home page shows: the tasks that products report, and a card per thing one may look at."""

from dataclasses import dataclass
from datetime import date

from consortium.membership.requests import PortalRequest
from consortium.tenancy.actor import Actor
from consortium.ui.registry import Task, tasks


@dataclass(frozen=True, slots=True)
class Card:
    label: str
    url: str
    summary: str = ""


def tasks_for(actor: Actor) -> list[Task]:
    """Soonest deadline first, those without one last."""
    found = [task for source in tasks for task in source.tasks(actor)]
    return sorted(found, key=lambda task: task.deadline or date.max)


def cards_for(request: PortalRequest) -> list[Card]:
    return [
        Card(item.label, item.url, str(item.summary()) if item.summary else "")
        for item in request.shell.nav
        if not item.active
    ]
