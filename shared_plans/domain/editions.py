"""From an edition of the national plan to a later one: what continues which item, and going there."""

from collections.abc import Mapping, Sequence

from .document import Clause, Document, made
from .kinds import Kind

Continuations = Mapping[str, Sequence[str]]
"""Of one edition: key of an item → keys of the previous edition's items it takes up."""


def successors(key: str, later: Sequence[Continuations]) -> tuple[str, ...]:
    """Return the items of the last of the later editions (oldest first) that take up the item, in order."""
    present: tuple[str, ...] = (key,)
    for edition in later:
        present = tuple(item for item, taken_up in edition.items() if set(taken_up) & set(present))
    return present


def moved(document: Document, mapping: Mapping[str, Sequence[str]]) -> Document:
    """Return it with every initiative under the items that take the place of its own; none drops the item."""
    return Document(tuple(_moved(clause, mapping) for clause in document.clauses))


def _moved(clause: Clause, mapping: Mapping[str, Sequence[str]]) -> Clause:
    if clause.kind is not Kind.INITIATIVE:
        return clause
    items = tuple(dict.fromkeys(new for old in clause.keys("items") for new in mapping.get(old, (old,))))
    return made(clause.id, clause.kind, {**clause.values, "items": items})
