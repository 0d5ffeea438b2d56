"""Who took over what from whom, as a graph laid out in columns: a source stands before its adopters."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True, slots=True)
class Link:
    """The plan `here` of one municipality took over revision `number` of the plan `source` of another."""

    source: str
    here: str
    number: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a plan stands: column by generation, row from the top. Both begin with 0."""

    plan: str
    column: int
    row: int


def layout(links: Collection[Link], plans: Iterable[str] = ()) -> list[Spot]:
    """Every plan of the links (and those named besides) once, right of all its sources.

    Within a column plans stand near their sources. Plans that took over from each other stand beside one
    another, in the order of appearance.
    """
    sources = _sources(links, plans)
    columns: dict[str, int] = {}
    for one in _in_order(sources):
        columns[one] = max((columns[each] + 1 for each in sources[one] if each in columns), default=0)
    rows: dict[str, int] = {}
    spots: list[Spot] = []
    for column in range(max(columns.values(), default=-1) + 1):
        here = [one for one in sources if columns[one] == column]
        here.sort(key=lambda one: min((rows[each] for each in sources[one] if each in rows), default=0))
        rows |= {one: row for row, one in enumerate(here)}
        spots += [Spot(one, column, rows[one]) for one in here]
    return spots


def _sources(links: Iterable[Link], plans: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {one: [] for one in plans}
    for link in links:
        found.setdefault(link.source, [])
        found.setdefault(link.here, []).append(link.source)
    return found


def _in_order(sources: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Sources before adopters, as far as that goes."""
    left = {one: set(those) for one, those in sources.items()}
    while True:
        try:
            yield from TopologicalSorter(left).static_order()
        except CycleError as error:
            first, second = error.args[1][:2]
            left[second].discard(first)
            left[first].discard(second)
        else:
            return
