"""How alike two municipalities are: a measure of 0 to 100, with the reasons, stated in docs/plan-library.md.

Population counts most, then fiscal strength (財政力指数) and age structure, then households, kind and region.
An aspect that is not known of both counts as unlike: nobody is ranked by what nobody knows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import log2
from types import MappingProxyType
from typing import Final

BANDS: Final = ((300_000, "300k"), (100_000, "100k"), (50_000, "50k"), (10_000, "10k"), (0, "0"))
"""人口規模 by its lower bound, largest first; the bands of reports."""
FISCAL_BANDS: Final = (
    (Decimal("1.0"), "1.0"),
    (Decimal("0.8"), "0.8"),
    (Decimal("0.5"), "0.5"),
    (Decimal("0.3"), "0.3"),
    (Decimal(0), "0"),
)
"""財政力指数 by its lower bound, largest first."""
UNKNOWN: Final = "unknown"
ALIKE: Final = 0.75
"""From how alike in one aspect it is named as a reason."""
_REGIONS: Final = (
    ("01", "01"),
    ("02", "07"),
    ("08", "14"),
    ("15", "23"),
    ("24", "30"),
    ("31", "35"),
    ("36", "39"),
    ("40", "47"),
)
"""八地方区分, by the codes of the first and the last prefecture."""


class Aspect(StrEnum):
    """In the order in which reasons are given."""

    POPULATION = "population"
    FISCAL_INDEX = "fiscal_index"
    AGED_SHARE = "aged_share"
    HOUSEHOLD_SIZE = "household_size"
    KIND = "kind"
    REGION = "region"


WEIGHTS: Final[Mapping[Aspect, int]] = MappingProxyType(
    {
        Aspect.POPULATION: 35,
        Aspect.FISCAL_INDEX: 20,
        Aspect.AGED_SHARE: 15,
        Aspect.HOUSEHOLD_SIZE: 10,
        Aspect.KIND: 10,
        Aspect.REGION: 10,
    }
)
_SMALL: Final = frozenset({"town", "village"})


@dataclass(frozen=True, slots=True)
class Profile:
    """prefecture: its two digits. kind: as in the registry. Figures are None where they are not known.

    aged_share: percent of inhabitants aged 65 or more.
    """

    prefecture: str
    kind: str
    population: int | None = None
    households: int | None = None
    aged_share: Decimal | None = None
    fiscal_index: Decimal | None = None

    @property
    def household_size(self) -> float | None:
        return self.population / self.households if self.population and self.households else None


@dataclass(frozen=True, slots=True)
class Likeness:
    """score: 0 to 100. by_aspect: 0.0 to 1.0, of what is known of both."""

    score: int
    by_aspect: Mapping[Aspect, float]

    @property
    def reasons(self) -> tuple[Aspect, ...]:
        """Aspects in which both are much alike."""
        return tuple(aspect for aspect in Aspect if self.by_aspect.get(aspect, 0) >= ALIKE)


def likeness(one: Profile, other: Profile) -> Likeness:
    """The same in both directions; 100 for a municipality and itself where every figure is known."""
    found = {aspect: compare(one, other) for aspect, compare in _COMPARED.items()}
    known = {aspect: value for aspect, value in found.items() if value is not None}
    score = sum(WEIGHTS[aspect] * value for aspect, value in known.items())
    return Likeness(round(score), MappingProxyType(known))


def ranked(reader: Profile, others: Mapping[int, Profile]) -> list[int]:
    """Keys of the others, the most alike first; of equals the smaller key."""
    return sorted(others, key=lambda key: (-likeness(reader, others[key]).score, key))


def population_band(population: int | None) -> str:
    return _band(population, BANDS)


def fiscal_band(index: Decimal | None) -> str:
    return _band(index, FISCAL_BANDS)


def region_of(prefecture: str) -> int:
    """Number of its 地方; -1 for a prefecture of none (fictional ones)."""
    return next((n for n, (first, last) in enumerate(_REGIONS) if first <= prefecture <= last), -1)


def _band(value: int | Decimal | None, bands: Iterable[tuple[int | Decimal, str]]) -> str:
    if value is None:
        return UNKNOWN
    return next((name for least, name in bands if value >= least), UNKNOWN)


def _near(one: Decimal | float | None, other: Decimal | float | None, none_from: float) -> float | None:
    """1 where equal, falling evenly to 0 at a distance of `none_from`."""
    if one is None or other is None:
        return None
    return max(0.0, 1 - abs(float(one) - float(other)) / none_from)


def _population(one: Profile, other: Profile) -> float | None:
    """By the factor between them: 1 where equal, a third less with each doubling, 0 from eight times on."""
    if not one.population or not other.population:
        return None
    return _near(log2(one.population), log2(other.population), 3)


def _kind(one: Profile, other: Profile) -> float:
    if one.kind == other.kind:
        return 1.0
    return 0.5 if {one.kind, other.kind} == _SMALL else 0.0


def _region(one: Profile, other: Profile) -> float:
    if one.prefecture == other.prefecture:
        return 1.0
    return 0.5 if region_of(one.prefecture) == region_of(other.prefecture) != -1 else 0.0


_COMPARED: Final[Mapping[Aspect, Callable[[Profile, Profile], float | None]]] = MappingProxyType(
    {
        Aspect.POPULATION: _population,
        Aspect.FISCAL_INDEX: lambda one, other: _near(one.fiscal_index, other.fiscal_index, 0.5),
        Aspect.AGED_SHARE: lambda one, other: _near(one.aged_share, other.aged_share, 20),
        Aspect.HOUSEHOLD_SIZE: lambda one, other: _near(one.household_size, other.household_size, 1),
        Aspect.KIND: _kind,
        Aspect.REGION: _region,
    }
)
