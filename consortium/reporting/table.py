"""From members' figures to the table of a report, with disclosure control; no database, no Django.

The table is JSON: rows (one per member), groups (by prefecture, by population band), total, coverage.
A cell is {"value": "123" | null, "mark": ""}; marks say why there is no value.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from consortium.domain.disclosure_control import TOTAL, Cell, Key, Reason, Rules, Sum, suppress

ALL: Final[Key] = (TOTAL, TOTAL)
BANDS: Final = ((300_000, "300k"), (100_000, "100k"), (50_000, "50k"), (10_000, "10k"), (0, "0"))
"""Population bands by their lower bound, largest first."""
UNKNOWN_BAND: Final = "unknown"


class Mark(StrEnum):
    SUPPRESSED = "suppressed"
    NOT_SURVEYED = "not_surveyed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Member:
    """value None: nothing was reported (status empty), or the municipality was not surveyed."""

    code: str
    name: str
    romaji: str
    prefecture_code: str
    prefecture: str
    prefecture_romaji: str
    population: Decimal | None
    value: Decimal | None
    status: str

    @property
    def band(self) -> str:
        if self.population is None:
            return UNKNOWN_BAND
        return next(name for least, name in BANDS if self.population >= least)


@dataclass(frozen=True, slots=True)
class Measure:
    """How figures of a unit are put together. counts_people: small figures are kept secret."""

    counts_people: bool
    is_share: bool
    rules: Rules

    def combine(self, values: Sequence[Decimal]) -> Decimal:
        """Sum; of shares the plain mean."""
        total = sum(values, Decimal(0))
        return round(total / len(values), 2) if self.is_share else total.to_integral_value()

    def persons(self, values: Iterable[Decimal]) -> int | None:
        return int(sum(values, Decimal(0))) if self.counts_people else None


def build(members: Sequence[Member], measure: Measure) -> dict[str, Any]:
    """The publishable table; members in the order given. Nothing suppressed is in it."""
    table = _Table(members, measure)
    hidden = table.hidden()
    return {
        "rows": [table.row(member, hidden) for member in members],
        "groups": {
            "prefecture": table.groups("prefecture", hidden),
            "band": table.groups("band", hidden),
        },
        "total": table.cell(ALL, members, hidden),
        "suppressed": len(hidden),
        "coverage": _coverage(members),
    }


def _coverage(members: Sequence[Member]) -> dict[str, int]:
    return {
        "members": len(members),
        "reported": sum(member.value is not None for member in members),
        "not_surveyed": sum(member.status == Mark.NOT_SURVEYED for member in members),
        "missing": sum(not member.status for member in members),
    }


GROUPINGS: Final[Mapping[str, Callable[[Member], str]]] = {
    "prefecture": lambda member: member.prefecture_code,
    "band": lambda member: member.band,
}


class _Table:
    def __init__(self, members: Sequence[Member], measure: Measure) -> None:
        self.members, self.measure = members, measure
        self.by = {name: _grouped(members, group_of) for name, group_of in GROUPINGS.items()}

    def hidden(self) -> Mapping[Key, Reason]:
        """Cells that must not be shown. Keys: (code,), (grouping, group, TOTAL), ALL."""
        answered = [member for member in self.members if member.value is not None]
        cells: dict[Key, Cell] = {(member.code,): self._count([member]) for member in answered}
        cells[ALL] = self._count(answered)
        sums = [Sum(ALL, tuple((member.code,) for member in answered))]
        for grouping, groups in self.by.items():
            parts = []
            for group, members in groups.items():
                inside = [member for member in members if member.value is not None]
                if inside:
                    key = (grouping, group, TOTAL)
                    cells[key] = self._count(inside)
                    sums.append(Sum(key, tuple((member.code,) for member in inside)))
                    parts.append(key)
            sums.append(Sum(ALL, tuple(parts)))
        return suppress(cells, sums, self.measure.rules)

    def _count(self, members: Sequence[Member]) -> Cell:
        values = [member.value for member in members if member.value is not None]
        return Cell(self.measure.persons(values), len(members))

    def row(self, member: Member, hidden: Mapping[Key, Reason]) -> dict[str, Any]:
        return {
            "code": member.code,
            "name": member.name,
            "romaji": member.romaji,
            "prefecture": member.prefecture,
            "prefecture_romaji": member.prefecture_romaji,
            "band": member.band,
            **self.cell((member.code,), [member], hidden),
        }

    def groups(self, grouping: str, hidden: Mapping[Key, Reason]) -> list[dict[str, Any]]:
        return [
            {
                "group": group,
                "name": members[0].prefecture if grouping == "prefecture" else group,
                "romaji": members[0].prefecture_romaji if grouping == "prefecture" else group,
                "members": len(members),
                **self.cell((grouping, group, TOTAL), members, hidden),
            }
            for group, members in self.by[grouping].items()
        ]

    def cell(self, key: Key, members: Sequence[Member], hidden: Mapping[Key, Reason]) -> dict[str, Any]:
        values = [member.value for member in members if member.value is not None]
        if key in hidden:
            return {"value": None, "mark": Mark.SUPPRESSED.value}
        if values:
            return {"value": str(self.measure.combine(values)), "mark": ""}
        surveyed = any(member.status != Mark.NOT_SURVEYED for member in members)
        return {"value": None, "mark": (Mark.MISSING if surveyed else Mark.NOT_SURVEYED).value}


def _grouped(members: Sequence[Member], group_of: Callable[[Member], str]) -> dict[str, list[Member]]:
    """Groups in the order of their keys: prefectures by code, bands from small to large, unknown last."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[group_of(member)].append(member)
    order = [*reversed([name for _, name in BANDS]), UNKNOWN_BAND]
    rank = {name: number for number, name in enumerate(order)}
    return dict(sorted(groups.items(), key=lambda item: (rank.get(item[0], 0), item[0])))
