"""The tasks of several sources: what they ask of the database is read in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject

from consortium.tenancy.actor import Actor

from .registry import Row, Task, TaskSource


def tasks_of(actor: Actor, sources: Iterable[TaskSource]) -> list[Task]:
    """Source by source, inside the actor's context."""
    asked = [(source, source.asks(actor) if source.asks else None) for source in sources]
    found = iter(_read([rows for _source, parts in asked if parts for rows in parts.values()]))
    told: list[Task] = []
    for source, parts in asked:
        rows = [] if parts is None else [{name: next(found) for name in parts}]
        told.extend(source.tasks(actor, *rows))
    return told


def _read(asked: Sequence[QuerySet[Any, Any]]) -> list[list[Row]]:
    """The rows of each, in its own order."""
    if not asked:
        return []
    first, *more = [_as_json(place, rows) for place, rows in enumerate(asked)]
    found: list[list[Row]] = [[] for _rows in asked]
    for place, row in first.union(*more, all=True):
        found[place].append(row)
    return found


def _as_json(place: int, rows: QuerySet[Any, Any]) -> Any:
    """Rows of different tables fit into one statement if each is one value."""
    names = [*rows.query.values_select, *rows.query.annotation_select]
    return rows.values_list(Value(place), JSONObject(**{name: F(name) for name in names}))
