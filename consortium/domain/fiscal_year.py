"""年度: the fiscal year of public bodies, from 1 April to 31 March (地方自治法 第208条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

# (first fiscal year named after the era, era, year before the era's first). A fiscal year keeps the name
# it was budgeted under: FY1988 is 昭和63年度 to its end; FY2019, begun in 平成31年, is 令和元年度.
_FISCAL_ERAS = ((2019, "令和", 2018), (1989, "平成", 1988), (1927, "昭和", 1925))
_ERAS = (
    (date(2019, 5, 1), "令和", 2018),
    (date(1989, 1, 8), "平成", 1988),
    (date(1926, 12, 25), "昭和", 1925),
)


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """`FiscalYear(2026)` is 令和8年度: 2026-04-01 to 2027-03-31."""

    year: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + 1, 3, 31)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return str(self.year)

    def next(self) -> "FiscalYear":
        return FiscalYear(self.year + 1)

    @property
    def wareki(self) -> str:
        """令和8年度, 令和元年度; ValueError before 昭和2年度 (1927)."""
        for first, era, zero in _FISCAL_ERAS:
            if self.year >= first:
                return f"{era}{_ordinal(self.year - zero)}年度"
        raise ValueError(self.year)


def fiscal_years(first: FiscalYear, last: FiscalYear) -> Iterator[FiscalYear]:
    """Yield every fiscal year from first to last, both included."""
    return (FiscalYear(year) for year in range(first.year, last.year + 1))


def wareki_date(day: date) -> str:
    """令和8年4月1日; ValueError before 昭和 (1926-12-25)."""
    for start, era, zero in _ERAS:
        if day >= start:
            return f"{era}{_ordinal(day.year - zero)}年{day.month}月{day.day}日"
    raise ValueError(day)


def _ordinal(year: int) -> str:
    return "元" if year == 1 else str(year)
