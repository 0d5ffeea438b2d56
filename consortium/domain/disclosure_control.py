"""Small-cell suppression for report tables: nobody, and no small group, can be read off a published table.

A table is cells and the sums between them. Suppressed first are cells of 1 to threshold-1 persons and those
of fewer than `min_members` contributors; then, until nothing suppressed follows from what is published,
complementary cells, small ones before large ones and totals last. Outwardly all look the same.

What is guaranteed: no suppressed cell is determined by the published ones (exactly, by linear algebra over
all sums together), and in every sum with a published total the suppressed cells together hold at least
`threshold` persons and `min_members` contributors, are two or more, and can't all be one person each.
Not guarded against: narrow bounds that follow only from several sums together, and one report's table
against another's (the same groups at another date): let reports fix their groups.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Key = tuple[str, ...]
TOTAL: Final = ""
"""Stands in a key where a total over that dimension is meant; no group may have this name."""
_PRIME: Final = 2**61 - 1  # sums have coefficients 1 and -1 and the matrix is totally unimodular: exact


class Reason(StrEnum):
    """Why a cell is suppressed: for the audit of a run, not for its readers."""

    FEW_PERSONS = "few_persons"
    FEW_MEMBERS = "few_members"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True)
class Cell:
    """Whom a value speaks of: persons (None: a figure of the municipality itself) and members behind it."""

    persons: int | None
    members: int


@dataclass(frozen=True, slots=True)
class Rules:
    """`threshold`: fewest persons published. `min_members`: fewest contributing municipalities."""

    threshold: int = 10
    min_members: int = 3

    def __post_init__(self) -> None:
        if self.threshold < 3 or self.min_members < 1:
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts`; all are cells of the table."""

    total: Key
    parts: tuple[Key, ...]

    def cells(self) -> tuple[Key, ...]:
        return (*self.parts, self.total)


def suppress_series(groups: Mapping[str, Cell], rules: Rules) -> dict[str, Reason]:
    """Return what to suppress of one row of groups and its total (under `TOTAL`)."""
    _refuse_total(groups)
    cells: dict[Key, Cell] = {(name,): cell for name, cell in groups.items()}
    cells[(TOTAL,)] = _add(groups.values())
    parts = tuple((name,) for name in groups)
    return {key[0]: reason for key, reason in suppress(cells, [Sum((TOTAL,), parts)], rules).items()}


def suppress_grid(cells: Mapping[tuple[str, str], Cell], rules: Rules) -> dict[Key, Reason]:
    """Return what to suppress of a table of rows × columns with all totals (`TOTAL` in their keys).

    The members of a row's total are the largest of its cells' (the same municipalities answer every
    column), those of a column's total their sum. A missing cell counts as empty.
    """
    _refuse_total(name for key in cells for name in key)
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    full: dict[Key, Cell] = {(r, c): cells.get((r, c), Cell(0, 0)) for r in rows for c in columns}
    for row in rows:
        full[row, TOTAL] = _across([full[row, column] for column in columns])
    for column in (*columns, TOTAL):
        full[TOTAL, column] = _add([full[row, column] for row in rows])
    sums = [Sum((row, TOTAL), tuple((row, column) for column in columns)) for row in (*rows, TOTAL)]
    sums += [Sum((TOTAL, column), tuple((row, column) for row in rows)) for column in (*columns, TOTAL)]
    return suppress(full, sums, rules)


def suppress(cells: Mapping[Key, Cell], sums: Sequence[Sum], rules: Rules) -> dict[Key, Reason]:
    """Return the cells to suppress, each with its reason, whatever the order of cells and sums."""
    found = {key: reason for key, cell in cells.items() if (reason := _primary(cell, rules))}
    table = _Table(cells, tuple(sorted(sums, key=lambda item: (item.total, item.parts))), rules)
    while extra := table.next_complement(found.keys()):
        found[extra] = Reason.COMPLEMENTARY
    return found


def derivable(suppressed: Iterable[Key], sums: Sequence[Sum]) -> set[Key]:
    """Return the suppressed cells whose value follows from the published ones by the sums."""
    unknowns = sorted(set(suppressed))
    column = {key: index for index, key in enumerate(unknowns)}
    rows = [
        {column[key]: 1 if key != item.total else -1 for key in item.cells() if key in column}
        for item in sums
    ]
    return {unknowns[next(iter(row))] for row in _reduced(rows) if len(row) == 1}


def _refuse_total(names: Iterable[str]) -> None:
    if TOTAL in set(names):
        raise ValueError(TOTAL)


def _primary(cell: Cell, rules: Rules) -> Reason | None:
    if cell.persons is not None and 0 < cell.persons < rules.threshold:
        return Reason.FEW_PERSONS
    return Reason.FEW_MEMBERS if 0 < cell.members < rules.min_members else None


def _add(cells: Iterable[Cell]) -> Cell:
    held = list(cells)
    counts = [cell.persons for cell in held if cell.persons is not None]
    return Cell(sum(counts) if counts else None, sum(cell.members for cell in held))


def _across(cells: Sequence[Cell]) -> Cell:
    return Cell(_add(cells).persons, max((cell.members for cell in cells), default=0))


@dataclass(frozen=True, slots=True)
class _Table:
    cells: Mapping[Key, Cell]
    sums: tuple[Sum, ...]
    rules: Rules

    def next_complement(self, suppressed: Iterable[Key]) -> Key | None:
        """Return one more cell to suppress, None when the table may be published."""
        hidden = frozenset(suppressed)
        for item in self.sums:
            if not self._is_safe(item, hidden) and (choice := self._cheapest(item.cells(), hidden)):
                return choice
        for key in sorted(derivable(hidden, self.sums)):
            near = [other for item in self.sums if key in item.cells() for other in item.cells()]
            if choice := self._cheapest(near, hidden):
                return choice
        return None

    def _is_safe(self, item: Sum, hidden: frozenset[Key]) -> bool:
        parts = [self.cells[key] for key in item.parts if key in hidden]
        if not parts or item.total in hidden:
            return True
        counts = [cell.persons for cell in parts if cell.persons is not None]
        enough = not counts or sum(counts) >= max(self.rules.threshold, len(counts) + 1)
        return len(parts) > 1 and enough and sum(cell.members for cell in parts) >= self.rules.min_members

    def _cheapest(self, keys: Iterable[Key], hidden: frozenset[Key]) -> Key | None:
        return min((key for key in keys if key not in hidden), key=self._cost, default=None)

    def _cost(self, key: Key) -> tuple[int, bool, int, int, Key]:
        """Totals last, empty cells late (they hide nobody), then what loses the least."""
        cell = self.cells[key]
        empty = cell.persons == 0 or not cell.members
        return key.count(TOTAL), empty, cell.persons or 0, cell.members, key


def _reduced(rows: Iterable[dict[int, int]]) -> Iterator[dict[int, int]]:
    """Yield the non-zero rows of the reduced row echelon form, sparse, modulo a large prime."""
    pivots: dict[int, dict[int, int]] = {}
    for row in rows:
        rest = row
        for pivot in [column for column in row if column in pivots]:
            rest = _minus(rest, pivots[pivot], rest.get(pivot, 0))
        if rest:
            lead = min(rest)
            inverse = pow(rest[lead], -1, _PRIME)
            rest = {column: value * inverse % _PRIME for column, value in rest.items()}
            pivots = {p: _minus(other, rest, other.get(lead, 0)) for p, other in pivots.items()} | {
                lead: rest
            }
    yield from pivots.values()


def _minus(row: dict[int, int], other: dict[int, int], factor: int) -> dict[int, int]:
    if not factor:
        return row
    changed = {c: (row.get(c, 0) - factor * other.get(c, 0)) % _PRIME for c in row.keys() | other.keys()}
    return {column: value for column, value in changed.items() if value}
