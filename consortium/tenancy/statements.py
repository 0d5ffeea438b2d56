"""Statements that a connection prepares once: for what is asked with every call of a service.

The ORM writes all others. It builds each statement anew, and PostgreSQL plans it anew, which together costs
three times as much as running it. Row-level security holds for these as for any; a plan that was made for one
role is never used by another (docs/adr/0030).
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from threading import local
from typing import Any, Final, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState

from .prepared import Prepared, Row, Values

M = TypeVar("M", bound=models.Model)


def run(sql: str, values: Values = ()) -> None:
    """Measured, logged and refused like Django's own."""
    _asked(sql, values)


def first(sql: str, values: Values = ()) -> Row | None:
    """The first row of its result."""
    found, _ = _asked(sql, values)
    return found[0] if found else None


def rows(sql: str, values: Values = ()) -> list[Row]:
    return _asked(sql, values)[0]


_kept: Final = local()


def _asked(sql: str, values: Values) -> tuple[list[Row], int]:
    """Its rows, and how many it wrote or found."""
    held: Any = connections[DEFAULT_DB_ALIAS]
    if held.queries_logged:  # where Django writes down what it asks: its own cursor knows it with values
        with held.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else [], cursor.rowcount
    if held.connection is None:
        held.ensure_connection()
    if getattr(_kept, "connection", None) is not held.connection:
        _kept.connection, _kept.prepared = held.connection, Prepared(held.connection)
    held.validate_no_broken_transaction()
    execute = _kept.prepared.execute
    for wrapper in reversed(held.execute_wrappers):
        execute = partial(wrapper, execute)
    with held.wrap_database_errors:
        answer: tuple[list[Row], int] = execute(sql, values, False, {"connection": held})
        return answer


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
            (field.attname, field.from_db_value) for field in fields if hasattr(field, "from_db_value")
        ]
        self.name: Final = model._meta.db_table

    def __len__(self) -> int:
        return len(self._names)

    def columns(self, alias: str) -> str:
        return ", ".join(f'{alias}."{column}"' for column in self._columns)

    def row(self, values: Sequence[Any]) -> M:
        """values: of `columns`, in their order. As unpickling does, without Model.__init__: it looks for
        signals and defaults, of which a row that was read has no need."""
        made = self._model.__new__(self._model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(self._names, values, strict=True))
        for name, read in self._read:
            made.__dict__[name] = read(made.__dict__[name], None, connections[DEFAULT_DB_ALIAS])
        return made


Condition = tuple[str, list[Any]]
"""A query and its values: that it finds a row."""


def insert(*rows: models.Model, only_if: Condition = ("", [])) -> bool:
    """All in one statement, hence all or none; rows may refer to each other. Whether they are written: not
    where the condition finds nothing, whose locks are taken first."""
    held = connections[DEFAULT_DB_ALIAS]
    condition, values = only_if
    values = [*values, *(value for row in rows for value in _values(row, held))]
    _, count = _asked(_insert(condition, tuple(type(row) for row in rows)), values)
    written = bool(count)
    for row in rows:
        row._state.adding, row._state.db = not written, DEFAULT_DB_ALIAS
    return written


def _values(row: models.Model, held: Any) -> Iterator[Any]:
    """As the ORM would write them; most are written as they are, which it takes long to find out."""
    for name, field in _fields(type(row)):
        yield field.get_db_prep_save(field.pre_save(row, add=True), held) if field else getattr(row, name)


@cache
def _fields(model: type[models.Model]) -> list[tuple[str, Any]]:
    """Attributes, and the field of those that it has to prepare."""
    return [
        (field.attname, None if type(field) in _PLAIN and not _is_made(field) else field)
        for field in model._meta.concrete_fields
    ]


def _is_made(field: Any) -> bool:
    """By field or database, as the row is written."""
    return any((field.has_db_default(), getattr(field, "auto_now", 0), getattr(field, "auto_now_add", 0)))


_PLAIN: Final = frozenset(
    {models.CharField, models.TextField, models.UUIDField, models.DateTimeField, models.SmallIntegerField}
)
"""PostgreSQL takes what their attributes hold."""


@cache
def _insert(condition: str, models_: tuple[type[models.Model], ...]) -> str:
    *others, last = [_one(model, bool(condition)) for model in models_]
    first = [f"given AS MATERIALIZED ({condition})"] if condition else []
    held = ", ".join([*first, *(f"row{number} AS ({one})" for number, one in enumerate(others))])
    return f"WITH {held} {last}" if held else last


def _one(model: type[models.Model], is_conditional: bool) -> str:
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    marks = ", ".join(["%s"] * len(columns))
    rows = f"SELECT {marks} FROM given" if is_conditional else f"VALUES ({marks})"  # noqa: S608  # marks
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) {rows}'
