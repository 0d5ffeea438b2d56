"""Laws of suppression, by checks that work another way than the code (enumeration, graph bridges)."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.domain.disclosure_control import (
    TOTAL,
    Cell,
    Key,
    Reason,
    Rules,
    Sum,
    derivable,
    suppress,
    suppress_grid,
    suppress_series,
)

RULES = Rules(threshold=5, min_members=3)
cells = st.builds(Cell, st.one_of(st.integers(0, 9), st.integers(0, 500)), st.integers(3, 9))
any_cells = st.builds(Cell, st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 5))
names = st.sampled_from("abcdef")
series = st.dictionaries(names, cells, min_size=1, max_size=6)
small_series = st.dictionaries(names, st.builds(Cell, st.integers(0, 9), st.just(4)), min_size=1, max_size=5)
grids = st.dictionaries(st.tuples(st.sampled_from("pqrst"), st.sampled_from("xyz")), cells, min_size=1)


def is_primary(cell: Cell) -> bool:
    few_persons = cell.persons is not None and 1 <= cell.persons < RULES.threshold
    return few_persons or 1 <= cell.members < RULES.min_members


@given(st.dictionaries(names, any_cells, min_size=1, max_size=6))
def test_small_cells_are_always_suppressed(groups: dict[str, Cell]) -> None:
    assert {name for name, cell in groups.items() if is_primary(cell)} <= suppress_series(
        groups, RULES
    ).keys()


@given(series)
def test_without_small_cells_nothing_is_suppressed(groups: dict[str, Cell]) -> None:
    total = Cell(sum(cell.persons or 0 for cell in groups.values()), 9)
    if not any(is_primary(cell) for cell in (*groups.values(), total)):
        assert suppress_series(groups, RULES) == {}


@settings(max_examples=60, deadline=None)
@given(small_series)
def test_no_count_can_be_worked_out_from_a_row_and_its_total(groups: dict[str, Cell]) -> None:
    """Every way to fill the gaps with whole persons that fits the total leaves each gap two values."""
    hidden = suppress_series(groups, RULES)
    gaps = sorted(hidden.keys() - {TOTAL})
    if not gaps or TOTAL in hidden:
        return
    rest = sum(groups[name].persons or 0 for name in gaps)
    least = 0 if any(groups[name].persons == 0 for name in gaps) else 1
    fits = [
        fill for fill in product(range(least, rest + 1), repeat=len(gaps) - 1) if sum(fill) <= rest - least
    ]
    for place in range(len(gaps) - 1):
        assert len({fill[place] for fill in fits}) >= 2
    assert len({rest - sum(fill) for fill in fits}) >= 2


@given(series)
def test_the_gaps_of_a_row_together_are_no_small_cell(groups: dict[str, Cell]) -> None:
    hidden = suppress_series(groups, RULES)
    gaps = [groups[name] for name in hidden.keys() - {TOTAL}]
    if gaps and TOTAL not in hidden:
        assert len(gaps) > 1
        assert sum(cell.persons or 0 for cell in gaps) >= RULES.threshold
        assert sum(cell.members for cell in gaps) >= RULES.min_members


def is_bridge(edge: Key, edges: set[Key]) -> bool:
    """Cells are edges between a row and a column: one is determined iff nothing else joins its two ends."""
    reached, frontier = {("row", edge[0])}, [("row", edge[0])]
    while frontier:
        side, name = frontier.pop()
        for row, column in edges - {edge}:
            ends = {"row": ("row", row), "column": ("column", column)}
            if ends[side] == (side, name):
                other = ends["column" if side == "row" else "row"]
                if other not in reached:
                    reached.add(other)
                    frontier.append(other)
    return ("column", edge[1]) not in reached


@settings(deadline=None)
@given(grids)
def test_no_cell_of_a_table_can_be_worked_out_from_all_its_totals(grid: dict[tuple[str, str], Cell]) -> None:
    hidden = set(suppress_grid(grid, RULES))
    assert not [key for key in hidden if is_bridge(key, hidden)]


@settings(deadline=None)
@given(grids, st.randoms())
def test_derivable_agrees_with_the_graph(grid: dict[tuple[str, str], Cell], random: Random) -> None:
    rows, columns = sorted({r for r, _ in grid}), sorted({c for _, c in grid})
    sums = [Sum((r, TOTAL), tuple((r, c) for c in columns)) for r in (*rows, TOTAL)]
    sums += [Sum((TOTAL, c), tuple((r, c) for r in rows)) for c in (*columns, TOTAL)]
    every = [(r, c) for r in (*rows, TOTAL) for c in (*columns, TOTAL)]
    hidden: set[Key] = set(random.sample(every, random.randint(0, len(every))))
    assert derivable(hidden, sums) == {key for key in hidden if is_bridge(key, hidden)}


@settings(deadline=None)
@given(grids, st.randoms())
def test_order_does_not_matter(grid: dict[tuple[str, str], Cell], random: Random) -> None:
    shuffled = list(grid.items())
    random.shuffle(shuffled)
    assert suppress_grid(dict(shuffled), RULES) == suppress_grid(grid, RULES)


@settings(deadline=None)
@given(grids)
def test_small_cells_of_a_table_and_nothing_without_cause(grid: dict[tuple[str, str], Cell]) -> None:
    hidden = suppress_grid(grid, RULES)
    small = {key for key, cell in grid.items() if is_primary(cell)}
    assert small <= hidden.keys()
    if set(hidden.values()) <= {Reason.COMPLEMENTARY}:
        assert not hidden


def test_a_lone_small_cell_takes_the_smallest_other_with_it() -> None:
    groups = {"a": Cell(2, 4), "b": Cell(40, 4), "c": Cell(12, 4), "d": Cell(0, 4)}
    assert suppress_series(groups, RULES) == {"a": Reason.FEW_PERSONS, "c": Reason.COMPLEMENTARY}


def test_two_single_persons_are_not_hidden_by_each_other() -> None:
    """1 + 1 = 2 is no secret: a third cell has to join."""
    hidden = suppress_series({"a": Cell(1, 4), "b": Cell(1, 4), "c": Cell(30, 4)}, RULES)
    assert hidden.keys() == {"a", "b", "c"}


def test_as_many_single_persons_as_the_threshold_are_not_hidden_by_each_other() -> None:
    """Five gaps that sum up to five: one each, for who knows that zeros are published."""
    groups = {name: Cell(1, 4) for name in "abcde"} | {"f": Cell(90, 4), "g": Cell(80, 4)}
    assert suppress_series(groups, RULES).keys() == {*"abcde", "g"}


def test_a_single_group_takes_its_total_with_it() -> None:
    assert suppress_series({"a": Cell(2, 4)}, RULES).keys() == {"a", TOTAL}


def test_few_members_are_hidden_even_where_no_person_is_meant() -> None:
    groups = {"a": Cell(None, 1), "b": Cell(None, 8), "c": Cell(None, 5)}
    assert suppress_series(groups, RULES) == {"a": Reason.FEW_MEMBERS, "c": Reason.COMPLEMENTARY}


def test_two_single_members_together_are_still_too_few() -> None:
    hidden = suppress_series({"a": Cell(None, 1), "b": Cell(None, 1), "c": Cell(None, 9)}, RULES)
    assert hidden.keys() == {"a", "b", "c"}


def test_sums_may_be_of_any_shape() -> None:
    """Subtotals: the only small cell of the first half must not follow from the second half's total."""
    table: dict[Key, Cell] = {(name,): Cell(20, 4) for name in "abcd"} | {("a",): Cell(2, 4)}
    table |= {("ab",): Cell(22, 8), ("cd",): Cell(40, 8), (TOTAL,): Cell(62, 16)}
    sums = [Sum(("ab",), (("a",), ("b",))), Sum(("cd",), (("c",), ("d",))), Sum((TOTAL,), (("ab",), ("cd",)))]
    hidden = suppress(table, sums, RULES)
    assert ("a",) in hidden
    assert derivable(hidden, sums) == set()


def test_rules_and_names_that_protect_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="threshold=2"):
        Rules(threshold=2)
    with pytest.raises(ValueError, match=r"^$"):
        suppress_series({TOTAL: Cell(1, 1)}, RULES)


def test_a_table_of_prefectures_is_quick() -> None:
    random = Random(1)  # noqa: S311 - a fixed sample
    grid = {(f"{r:02}", f"{c}"): Cell(random.randint(0, 60), 9) for r in range(47) for c in range(8)}
    hidden = suppress_grid(grid, Rules())
    assert 0 < len(hidden) < len(grid)
