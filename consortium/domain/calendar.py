"""The calendar of a Japanese public body: 年度, 和暦 and 開庁日."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple, Self

import jpholiday

from consortium.domain.text import half_width


class Era(NamedTuple):
    """zero: the western year before its first."""

    name: str
    letter: str
    first_day: date
    zero: int


ERAS: Final = (
    Era("令和", "R", date(2019, 5, 1), 2018),
    Era("平成", "H", date(1989, 1, 8), 1988),
    Era("昭和", "S", date(1926, 12, 25), 1925),
    Era("大正", "T", date(1912, 7, 30), 1911),
    Era("明治", "M", date(1873, 1, 1), 1867),  # in its 6th year the Gregorian calendar was adopted
)
"""Newest first."""
_LAST_DAYS: Final = {
    ERAS[0]: date.max,
    **{older: newer.first_day - timedelta(days=1) for newer, older in pairwise(ERAS)},
}
# A fiscal year keeps the name it was budgeted under: FY1988 is 昭和63年度 to its end; FY2019, begun in
# 平成31年, is 令和元年度.
_FIRST_FISCAL_YEARS: Final = ((2019, ERAS[0]), (1989, ERAS[1]), (1927, ERAS[2]))

_WEEKDAY: Final = re.compile(r"\([日月火水木金土](?:曜日?)?\)$")
_SEPARATED: Final = re.compile(r"(\D*?)(\d{1,4}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_COMPACT: Final = re.compile(r"()(\d{4})(\d{2})(\d{2})|([A-Za-z])(\d{2})(\d{2})(\d{2})")
_YEAR: Final = re.compile(r"(?:FY|西暦)?(\d{4})(?:年度?)?", re.IGNORECASE)
_ERA_YEAR: Final = re.compile(r"(\D{1,2}?)(\d{1,2}|元)(?:年度?)?")
_DASHES: Final = str.maketrans(dict.fromkeys("−‐‑‒–—―", "-"))


class NotADate(ValueError):
    """Nothing that a day or fiscal year is written as."""


class NoSuchDay(NotADate):
    """Written as a day that never was, 2月30日, or in an era that had not begun or was over."""


# --- 和暦 -----------------------------------------------------------------------------------------


def era_of(day: date) -> Era:
    """Raises ValueError before 明治6年 (1873-01-01)."""
    for era in ERAS:
        if day >= era.first_day:
            return era
    raise ValueError(day)


def wareki_year(day: date) -> str:
    """令和8年, 令和元年. Raises ValueError before 明治6年."""
    era = era_of(day)
    return f"{era.name}{_ordinal(day.year - era.zero)}年"


def wareki_date(day: date) -> str:
    """令和8年4月1日. Raises ValueError before 明治6年."""
    return f"{wareki_year(day)}{day.month}月{day.day}日"


def parse_date(text: str) -> date:
    """A day as people write it: 令和8年4月1日(水), R8.4.1, R080401, 2026年4月1日, 2026/4/1, 20260401.

    Full-width digits and spaces don't matter. Raises NotADate.
    """
    folded = _WEEKDAY.sub("", _folded(text))
    if match := _SEPARATED.fullmatch(folded):
        era, year, month, day = match.groups()
    elif match := _COMPACT.fullmatch(folded):
        era, year, month, day = (part for part in match.groups() if part is not None)
    else:
        raise NotADate(text)
    return _day(era, 1 if year == "元" else int(year), int(month), int(day))


def _day(era_name: str, year: int, month: int, day: int) -> date:
    era = None if era_name in {"", "西暦"} else _era(era_name)
    try:
        found = date(year + (era.zero if era else 0), month, day)
    except ValueError:
        raise NoSuchDay(era_name, year, month, day) from None
    if era and not era.first_day <= found <= _LAST_DAYS[era]:
        raise NoSuchDay(era_name, year, month, day)
    return found


def _era(name: str) -> Era:
    found = next((era for era in ERAS if name.upper() in {era.name, era.letter}), None)
    if found is None:
        raise NotADate(name)
    return found


def _folded(text: str) -> str:
    return half_width(text).translate(_DASHES)


def _ordinal(year: int) -> str:
    return "元" if year == 1 else str(year)


# --- 年度 -----------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """`FiscalYear(2026)` is 令和8年度: 2026-04-01 to 2027-03-31 (地方自治法 第208条)."""

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
    def quarters(self) -> tuple[tuple[date, date], ...]:
        """First and last day of 第1四半期 (April to June) to 第4四半期 (January to March)."""
        starts = (
            self.first_day,
            date(self.year, 7, 1),
            date(self.year, 10, 1),
            date(self.year + 1, 1, 1),
            self.next().first_day,
        )
        return tuple((first, following - timedelta(days=1)) for first, following in pairwise(starts))

    @property
    def wareki(self) -> str:
        """令和8年度, 令和元年度; ValueError before 昭和2年度 (1927)."""
        for first, era in _FIRST_FISCAL_YEARS:
            if self.year >= first:
                return f"{era.name}{_ordinal(self.year - era.zero)}年度"
        raise ValueError(self.year)


def quarter(day: date) -> int:
    """1 (April to June) to 4 (January to March)."""
    return (day.month - 4) % 12 // 3 + 1


def fiscal_years(first: FiscalYear, last: FiscalYear) -> Iterator[FiscalYear]:
    """Yield every fiscal year from first to last, both included."""
    return (FiscalYear(year) for year in range(first.year, last.year + 1))


def parse_fiscal_year(text: str) -> FiscalYear:
    """令和8年度, R8, 2026, 2026年度, FY2026; 平成31年度 is 令和元年度. Raises NotADate."""
    folded = _folded(text)
    if match := _YEAR.fullmatch(folded):
        return FiscalYear(int(match[1]))
    if not (match := _ERA_YEAR.fullmatch(folded)):
        raise NotADate(text)
    era = _era(match[1])
    year = era.zero + (1 if match[2] == "元" else int(match[2]))
    if not era.first_day.year <= year <= _LAST_DAYS[era].year or year == era.zero:
        raise NotADate(text)
    return FiscalYear(year)


# --- 開庁日 ---------------------------------------------------------------------------------------

NO_DAYS: Final[frozenset[date]] = frozenset()


def is_open(day: date, closed: frozenset[date] = NO_DAYS) -> bool:
    """Whether offices are open: no Saturday, Sunday, holiday, 12-29 to 01-03 (地方自治法 第4条の2).

    closed: days on which one municipality is closed besides.
    """
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not year_end and day not in _holidays(day.year) and day not in closed


def next_open(day: date, closed: frozenset[date] = NO_DAYS) -> date:
    """The day itself if open, else the first open day after it."""
    while not is_open(day, closed):
        day += timedelta(days=1)
    return day


def add_open_days(day: date, count: int, closed: frozenset[date] = NO_DAYS) -> date:
    """The count-th open day after the day (before it, if negative); 0 is `next_open`."""
    if not count:
        return next_open(day, closed)
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_open(day, closed):
            day += step
    return day


def open_days(first: date, last: date, closed: frozenset[date] = NO_DAYS) -> int:
    """How many open days lie from first to last, both included; 0 if last is earlier."""
    return sum(is_open(first + timedelta(days=n), closed) for n in range((last - first).days + 1))


def deadline(start: date, days: int, closed: frozenset[date] = NO_DAYS) -> date:
    """When a period of calendar days ends that begins to run on the day after its start (民法 第140条).

    A last day on which offices are closed gives way to the next open one (地方自治法 第4条の2第4項).
    """
    return next_open(start + timedelta(days=days), closed)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(day for day, _name in jpholiday.year_holidays(year))
