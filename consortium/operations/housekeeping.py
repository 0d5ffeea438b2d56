"""Removes rows whose time is over, in small batches; the worker's policies let it remove no others."""

from typing import Final

from django.db import connection

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.retention import Retention

BATCH: Final = 1000


def remove_batch(table: str, key: str, retention: Retention) -> int:
    """Returns how many rows went; fewer than BATCH means that none are left."""
    name, column = connection.ops.quote_name(table), connection.ops.quote_name(key)
    over = f"SELECT {column} FROM {name} WHERE {retention.rows} LIMIT {BATCH}"  # noqa: S608  # names of models
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {name} WHERE {column} IN ({over})")  # noqa: S608
        return int(cursor.rowcount)


@action(kinds=(ActorKind.SYSTEM,))
def note_removal(*, by: Actor, removed: dict[str, int]) -> None:
    """removed: table -> rows; one event for a whole run, in its last transaction."""
    if removed:
        record(by=by, action="housekeeping.removed", detail=removed)
