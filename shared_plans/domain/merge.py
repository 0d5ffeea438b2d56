"""Three-way merge, clause by clause and field by field: what upstream changed meets what was changed here.

Where only one side changed something, or both the same way, it is taken. Where both changed it differently,
it is a conflict for a person to decide; until then the merged document has ours (or, where one side took
away what the other changed, what is left).

Laws, held by tests/shared_plans/test_merge_laws.py: merge(b, b, t) = t; merge(b, o, b) = o;
merge(b, x, x) = x; swapping the sides swaps the conflicts' sides, and where there is no conflict changes
nothing; every edit of either side is in the result or in a conflict; merging a decided result again has no
conflict; disjoint edits can be merged in any order. Equality of documents is up to their order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TypeVar

from .document import Clause, Document, Row, Scalar, Value, made
from .kinds import Type, field_of, references
from .paths import Held, Place, put

T = TypeVar("T", Value | None, Scalar | None)


class Side(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"


class Reason(StrEnum):
    """BOTH: changed differently. TAKEN_AWAY: one took away what the other changed. NEEDED: one took away a
    clause that the other came to refer to."""

    BOTH = "both"
    TAKEN_AWAY = "taken_away"
    NEEDED = "needed"


@dataclass(frozen=True, slots=True)
class Conflict:
    place: Place
    reason: Reason
    base: Held
    ours: Held
    theirs: Held

    def side(self, side: Side) -> Held:
        return self.ours if side is Side.OURS else self.theirs


@dataclass(frozen=True, slots=True)
class Merge:
    """conflicts: in the order of the document."""

    document: Document
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def decided(self, answers: Mapping[Place, Held]) -> Document:
        """Return the document with the answer at each place given; `Conflict.side` gives either side's."""
        document = self.document
        for place, answer in answers.items():
            document = put(document, place, answer)
        return document


def merge(base: Document, ours: Document, theirs: Document) -> Merge:
    """Unite what two did to one base. See above."""
    three = _Three(base.by_id(), ours.by_id(), theirs.by_id())
    clauses: dict[str, Clause] = {}
    conflicts: list[Conflict] = []
    for clause_id in dict.fromkeys(chain(three.ours, three.theirs, three.base)):
        clause, found = _clause(*three.at(clause_id), Place(clause_id))
        conflicts += found
        if clause:
            clauses[clause_id] = clause
    for clause_id in _needed(clauses, three):
        conflicts.append(_restore(clauses, clause_id, three))
    order = _order(three, clauses)
    position = {clause_id: n for n, clause_id in enumerate(order)}
    conflicts.sort(key=lambda one: position.get(one.place.clause, len(position)))
    return Merge(Document(tuple(clauses[clause_id] for clause_id in order)), tuple(conflicts))


@dataclass(frozen=True, slots=True)
class _Three:
    base: Mapping[str, Clause]
    ours: Mapping[str, Clause]
    theirs: Mapping[str, Clause]

    def at(self, clause_id: str) -> tuple[Clause | None, Clause | None, Clause | None]:
        return self.base.get(clause_id), self.ours.get(clause_id), self.theirs.get(clause_id)


Merged = tuple[Clause | None, list[Conflict]]


def _clause(base: Clause | None, ours: Clause | None, theirs: Clause | None, place: Place) -> Merged:
    if theirs in (ours, base):
        return ours, []
    if ours == base:
        return theirs, []
    if ours is None or theirs is None:
        return ours or theirs, [Conflict(place, Reason.TAKEN_AWAY, base, ours, theirs)]
    if ours.kind is not theirs.kind:
        return ours, [Conflict(place, Reason.BOTH, base, ours, theirs)]
    old = base if base and base.kind is ours.kind else Clause(ours.id, ours.kind)
    return _fields(old, ours, theirs)


def _fields(base: Clause, ours: Clause, theirs: Clause) -> Merged:
    values: dict[str, Value | None] = {}
    conflicts: list[Conflict] = []
    for key in dict.fromkeys(chain(ours.values, theirs.values, base.values)):
        field = field_of(ours.kind, key)
        place = Place(ours.id, key)
        if field and field.type is Type.ROWS:
            values[key], found = _rows(base.rows(key), ours.rows(key), theirs.rows(key), place)
        elif field and field.type in {Type.KEYS, Type.ITEMS}:
            values[key], found = _keys(base.keys(key), ours.keys(key), theirs.keys(key)), []
        else:
            values[key], found = _scalar(
                base.values.get(key), ours.values.get(key), theirs.values.get(key), place
            )
        conflicts += found
    return made(ours.id, ours.kind, values), conflicts


def _scalar(base: T, ours: T, theirs: T, place: Place) -> tuple[T, list[Conflict]]:
    if theirs in (ours, base):
        return ours, []
    if ours == base:
        return theirs, []
    return ours, [Conflict(place, Reason.BOTH, base, ours, theirs)]


def _keys(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Keys without order never conflict: each is there or not, and whoever changed that decides."""
    kept = {key for key in (*ours, *theirs) if _there(key in base, key in ours, key in theirs)}
    return tuple(sorted(kept))


def _there(base: bool, ours: bool, theirs: bool) -> bool:
    return ours if theirs == base else theirs


def _rows(
    base: tuple[Row, ...], ours: tuple[Row, ...], theirs: tuple[Row, ...], place: Place
) -> tuple[tuple[Row, ...], list[Conflict]]:
    three = [{one.id: one for one in rows} for rows in (base, ours, theirs)]
    rows: dict[str, Row] = {}
    conflicts: list[Conflict] = []
    for row_id in dict.fromkeys(chain(three[1], three[2], three[0])):
        at = Place(place.clause, place.field, row_id)
        row, found = _row(three[0].get(row_id), three[1].get(row_id), three[2].get(row_id), at)
        conflicts += found
        if row:
            rows[row_id] = row
    order = united(list(three[0]), list(three[1]), list(three[2]))
    return tuple(rows[row_id] for row_id in order if row_id in rows), conflicts


def _row(
    base: Row | None, ours: Row | None, theirs: Row | None, place: Place
) -> tuple[Row | None, list[Conflict]]:
    if theirs in (ours, base):
        return ours, []
    if ours == base:
        return theirs, []
    if ours is None or theirs is None:
        return ours or theirs, [Conflict(place, Reason.TAKEN_AWAY, base, ours, theirs)]
    old = base or Row(ours.id)
    values: dict[str, Scalar] = {}
    conflicts: list[Conflict] = []
    for key in dict.fromkeys(chain(ours.values, theirs.values, old.values)):
        at = Place(place.clause, place.field, place.row, key)
        value, found = _scalar(old.values.get(key), ours.values.get(key), theirs.values.get(key), at)
        conflicts += found
        if value is not None:
            values[key] = value
    return Row(ours.id, values), conflicts


# --- clauses that others refer to -------------------------------------------------------------------


def _needed(clauses: Mapping[str, Clause], three: _Three) -> Iterator[str]:
    """Clauses taken away by one side, to which the result refers as the other side alone does, and so on."""
    references_of = [set(_referred(side.values())) for side in (three.ours, three.theirs)]
    seen: set[str] = set()
    waiting = [*_referred(clauses.values())]
    while waiting:
        clause_id, by = waiting.pop()
        if clause_id in clauses or clause_id in seen:
            continue
        refers = [(clause_id, by) in found for found in references_of]
        left = three.ours.get(clause_id) if refers[0] else three.theirs.get(clause_id)
        if left and refers.count(True) == 1:
            seen.add(clause_id)
            waiting += _referred([left])
            yield clause_id


def _restore(clauses: dict[str, Clause], clause_id: str, three: _Three) -> Conflict:
    base, ours, theirs = three.at(clause_id)
    left = ours or theirs
    if left:
        clauses[clause_id] = left
    return Conflict(Place(clause_id), Reason.NEEDED, base, ours, theirs)


def _referred(clauses: Iterable[Clause]) -> list[tuple[str, str]]:
    """Ids that clauses refer to, each with the id of who does."""
    return [
        (target, clause.id)
        for clause in clauses
        for field in references(clause.kind)
        if (target := clause.text(field.key))
    ]


# --- order ------------------------------------------------------------------------------------------


def _order(three: _Three, clauses: Mapping[str, Clause]) -> list[str]:
    order = united(list(three.base), list(three.ours), list(three.theirs))
    return [clause_id for clause_id in order if clause_id in clauses]


def united(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """One order of all ids: that of the side that moved things (ours if both did), the other's additions
    each after what it followed there."""
    known, here = set(base), set(ours)
    unmoved = [one for one in ours if one in known] == [one for one in base if one in here]
    spine, other = (theirs, ours) if unmoved else (ours, theirs)
    result, placed = [*spine], set(spine)
    before = ""
    for one in (*other, *base):
        if one not in placed:
            result.insert(result.index(before) + 1 if before else 0, one)
            placed.add(one)
        before = one
    return result
