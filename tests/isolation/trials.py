"""What one party tries against another's row. Each trial answers how many rows it reached."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, models, transaction
from psycopg.errors import ExclusionViolation, UniqueViolation

from consortium.tenancy.models import Classed
from tests.isolation.catalogue import query

REFUSED = -1
"""The database raised instead of answering."""
TAKEN = 0
"""Policies let the row through, and a unique key that the own row already holds stopped it."""


@contextmanager
def undone():
    """Whatever a trial wrote is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def count(sql: str, *parameters: Any) -> int:
    """Rows reached, or REFUSED."""
    reached = REFUSED
    try:
        with undone():
            reached = len(query(sql, *parameters))
    except DatabaseError:
        return REFUSED
    return reached


def read(model: type[Classed], pk: Any) -> int:
    return count(f'SELECT 1 FROM "{model._meta.db_table}" WHERE {_pk(model)} = %s', pk)


def lock(model: type[Classed], pk: Any) -> int:
    return count(f'SELECT 1 FROM "{model._meta.db_table}" WHERE {_pk(model)} = %s FOR UPDATE', pk)


def update(model: type[Classed], pk: Any) -> int:
    table, key = model._meta.db_table, _pk(model)
    return count(f'UPDATE "{table}" SET {key} = {key} WHERE {key} = %s RETURNING 1', pk)


def delete(model: type[Classed], pk: Any) -> int:
    return count(f'DELETE FROM "{model._meta.db_table}" WHERE {_pk(model)} = %s RETURNING 1', pk)


def move(model: type[Classed], pk: Any, column: str, to: Any) -> int:
    """Give an own row away."""
    return count(
        f'UPDATE "{model._meta.db_table}" SET {column} = %s WHERE {_pk(model)} = %s RETURNING 1', to, pk
    )


def insert(row: models.Model) -> int:
    """1, TAKEN or REFUSED: policies are asked before unique keys, those before foreign keys."""
    try:
        with undone():
            row.save(force_insert=True)
    except DatabaseError as error:
        return TAKEN if isinstance(error.__cause__, UniqueViolation | ExclusionViolation) else REFUSED
    return 1


def read_by_orm(model: type[Classed], pk: Any) -> int:
    manager = getattr(model, "visible", None) or model._default_manager
    try:
        with undone():
            return int(manager.filter(pk=pk).exists())
    except DatabaseError:
        return REFUSED


def _pk(model: type[Classed]) -> str:
    return str(model._meta.pk.column)


READING: tuple[Callable[[type[Classed], Any], int], ...] = (read, read_by_orm, lock)
WRITING: tuple[Callable[[type[Classed], Any], int], ...] = (update, delete)
