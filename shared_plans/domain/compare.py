"""What differs between two documents, place by place; and taking over some of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .document import Clause, Document, Row
from .paths import Held, Place, held, is_rows, put


@dataclass(frozen=True, slots=True)
class Change:
    """before is None for what was added, after for what was taken away."""

    place: Place
    before: Held
    after: Held


def changes(before: Document, after: Document) -> list[Change]:
    """In the order of `after`, what was taken away last. The order of clauses and rows is no change.

    A clause or row that is in one only is one change as a whole; in what both have, each field is one.
    """
    old, new = before.by_id(), after.by_id()
    found: list[Change] = []
    for clause_id, clause in new.items():
        found += _of_clause(old.get(clause_id), clause)
    return found + [Change(Place(one), clause, None) for one, clause in old.items() if one not in new]


def picked(before: Document, after: Document, places: Collection[Place]) -> Document:
    """`before` with those changes alone that lead to `after` at these places, or within them."""
    result = before
    for change in changes(before, after):
        if any(place.holds(change.place) for place in places):
            result = put(result, change.place, held(after, change.place))
    return result


def _of_clause(before: Clause | None, after: Clause) -> Iterator[Change]:
    if before is None or before.kind is not after.kind:
        yield Change(Place(after.id), before, after)
        return
    for key in dict.fromkeys((*before.values, *after.values)):
        if is_rows(after, key):
            yield from _of_rows(after.id, key, before.rows(key), after.rows(key))
        elif before.values.get(key) != after.values.get(key):
            yield Change(Place(after.id, key), before.values.get(key), after.values.get(key))


def _of_rows(clause_id: str, key: str, before: tuple[Row, ...], after: tuple[Row, ...]) -> Iterator[Change]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    for row_id in dict.fromkeys((*old, *new)):
        yield from _of_row(Place(clause_id, key, row_id), old.get(row_id), new.get(row_id))


def _of_row(place: Place, before: Row | None, after: Row | None) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(place, before, after)
        return
    for key in dict.fromkeys((*before.values, *after.values)):
        if before.values.get(key) != after.values.get(key):
            at = Place(place.clause, place.field, place.row, key)
            yield Change(at, before.values.get(key), after.values.get(key))
