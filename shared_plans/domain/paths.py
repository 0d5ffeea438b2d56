"""Places in a document, and reading and writing there: what comparison and merging have in common.

A place is a whole clause (`field` is ""), a field of it, or with `row` a whole row or one field of a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .document import Clause, Document, Row, Value, made
from .kinds import Type, field_of


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """As text `clause`, `clause.field`, `clause.field.row` or `clause.field.row.field`; ids hold no dots."""

    clause: str
    field: str = ""
    row: str = ""
    row_field: str = ""

    def __str__(self) -> str:
        return ".".join(part for part in (self.clause, self.field, self.row, self.row_field) if part)

    @classmethod
    def parsed(cls, text: str) -> "Place":
        """Raises ValueError."""
        parts = text.split(".")
        if not 1 <= len(parts) <= 4 or not all(parts):
            raise ValueError(text)
        return cls(*parts)

    def holds(self, other: "Place") -> bool:
        """Whether the other is this place or lies in it."""
        mine, theirs = str(self).split("."), str(other).split(".")
        return theirs[: len(mine)] == mine


Held = Clause | Row | Value | None
"""What is at a place; None where nothing is."""


def held(document: Document, place: Place) -> Held:
    clause = document.clause(place.clause)
    return _in_clause(clause, place) if clause else None


def put(document: Document, place: Place, value: Held) -> Document:
    """Return the document with this at the place; None takes away what is there.

    A place within a clause or row that the document has not stays as it is.
    """
    if not place.field:
        return document.with_clause(value) if isinstance(value, Clause) else document.without(place.clause)
    clause = document.clause(place.clause)
    if clause is None:
        return document
    return document.with_clause(_with_field(clause, place, value))


def places_of(clause: Clause) -> Iterator[tuple[Place, Held]]:
    """The finest places of a clause that hold something: fields, and fields of rows."""
    for key, value in clause.values.items():
        if is_rows(clause, key):
            for one in clause.rows(key):
                yield Place(clause.id, key, one.id), one
        else:
            yield Place(clause.id, key), value


def is_rows(clause: Clause, key: str) -> bool:
    field = field_of(clause.kind, key)
    return field is not None and field.type is Type.ROWS


def _in_clause(clause: Clause, place: Place) -> Held:
    if not place.field:
        return clause
    if not place.row:
        return clause.values.get(place.field)
    row = next((one for one in clause.rows(place.field) if one.id == place.row), None)
    return row.values.get(place.row_field) if row and place.row_field else row


def _with_field(clause: Clause, place: Place, value: Held) -> Clause:
    if isinstance(value, Clause):
        raise TypeError(place)
    if place.row:
        value = _with_row(clause.rows(place.field), place, value)
    elif isinstance(value, Row):
        raise TypeError(place)
    return made(clause.id, clause.kind, {**clause.values, place.field: value})


def _with_row(rows: tuple[Row, ...], place: Place, value: Held) -> tuple[Row, ...]:
    if not place.row_field:
        return _replaced(rows, place.row, value if isinstance(value, Row) else None)
    row = next((one for one in rows if one.id == place.row), None)
    if row is None:
        return rows
    values = {key: old for key, old in row.values.items() if key != place.row_field}
    if isinstance(value, str | int):
        values[place.row_field] = value
    return _replaced(rows, place.row, replace(row, values=values))


def _replaced(rows: tuple[Row, ...], row_id: str, row: Row | None) -> tuple[Row, ...]:
    if row and all(one.id != row_id for one in rows):
        return (*rows, row)
    return tuple(new for one in rows if (new := row if one.id == row_id else one))
