"""Statements that a connection prepares once: for what is asked with every call of a service.

The ORM writes all others. It builds each statement anew, and PostgreSQL plans it anew, which together costs
three times as much as running it. Row-level security holds for these as for any; a plan that was made for one
role is never used by another (docs/adr/0030).
"""

from collections.abc import Sequence
from functools import cache
from threading import local
from typing import Any, Final, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)
Row = tuple[Any, ...]


class _Prepared(psycopg.Cursor[Row]):
    """Binds values on the server, as Django's own cursors do not."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Prepared":
        return super().execute(query, params, prepare=True)


def run(sql: str, values: Any = ()) -> None:
    """Measured, logged and refused like Django's own."""
    _cursor().execute(sql, values)


def first(sql: str, values: Any = ()) -> Row | None:
    """The first row of its result."""
    cursor = _cursor()
    cursor.execute(sql, values)
    found: Row | None = cursor.fetchone()
    return found


def rows(sql: str, values: Any = ()) -> list[Row]:
    cursor = _cursor()
    cursor.execute(sql, values)
    found: list[Row] = cursor.fetchall()
    return found


_kept: Final = local()


def _cursor() -> Any:
    """One for each connection: to make one costs as much as to use it. Nobody reads half a result."""
    held: Any = connections[DEFAULT_DB_ALIAS]
    if held.queries_logged:  # where Django writes down what it asks: its own cursor knows it with values
        return held.cursor()
    if held.connection is None:
        held.ensure_connection()
    if getattr(_kept, "connection", None) is not held.connection:
        _kept.connection, _kept.cursor = held.connection, held.make_cursor(_Prepared(held.connection))
    return _kept.cursor


class Table(Generic[M]):
    """A model's columns in a statement, and the instance in what comes back.

    only: these fields; the instance reads any other by itself, through the ORM.
    """

    def __init__(self, model: type[M], *only: str) -> None:
        self._model: Final = model
        fields = [field for field in model._meta.concrete_fields if not only or field.name in only]
        self._names: Final = [field.attname for field in fields]
        self._columns: Final = [field.column for field in fields]
        self._read: Final = [
            (at, field.from_db_value) for at, field in enumerate(fields) if hasattr(field, "from_db_value")
        ]
        self.name: Final = model._meta.db_table

    def __len__(self) -> int:
        return len(self._names)

    def columns(self, alias: str) -> str:
        return ", ".join(f'{alias}."{column}"' for column in self._columns)

    def row(self, values: Sequence[Any]) -> M:
        """values: of `columns`, in their order."""
        found = list(values)
        for at, read in self._read:
            found[at] = read(found[at], None, connections[DEFAULT_DB_ALIAS])
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, found)


def insert(*rows: models.Model) -> None:
    """All in one statement, hence all or none; rows may refer to each other."""
    held = connections[DEFAULT_DB_ALIAS]
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), held)
        for row in rows
        for field in row._meta.concrete_fields
    ]
    run(_insert(tuple(type(row) for row in rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insert(models_: tuple[type[models.Model], ...]) -> str:
    *others, last = [_one(model) for model in models_]
    held = ", ".join(f"row{number} AS ({one})" for number, one in enumerate(others))
    return f"WITH {held} {last}" if held else last


def _one(model: type[models.Model]) -> str:
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    marks = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({marks})'  # noqa: S608  # names
