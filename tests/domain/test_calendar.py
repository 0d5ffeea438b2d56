import unicodedata
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.calendar import (
    ERAS,
    FiscalYear,
    NotADate,
    add_open_days,
    deadline,
    era_of,
    fiscal_years,
    is_open,
    next_open,
    open_days,
    parse_date,
    parse_fiscal_year,
    quarter,
    wareki_date,
)

days = st.dates(date(1, 4, 1), date(9998, 12, 31))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_fiscal_year_of_a_day(day: date, year: int) -> None:
    assert FiscalYear.of(day).year == year


@given(days)
def test_every_day_lies_in_exactly_one_fiscal_year(day: date) -> None:
    year = FiscalYear.of(day)
    assert day in year
    assert day not in year.next()
    assert year.last_day + timedelta(days=1) == year.next().first_day


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (2026, "令和8年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
        (1927, "昭和2年度"),
    ],
)
def test_wareki(year: int, label: str) -> None:
    assert FiscalYear(year).wareki == label


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1873, 1, 1), "明治6年1月1日"),
    ],
)
def test_wareki_date(day: date, label: str) -> None:
    assert wareki_date(day) == label


def test_what_has_no_label() -> None:
    with pytest.raises(ValueError, match="1926"):
        _ = FiscalYear(1926).wareki
    with pytest.raises(ValueError, match="1872"):
        wareki_date(date(1872, 12, 31))


def test_range_includes_both_ends() -> None:
    assert [year.year for year in fiscal_years(FiscalYear(2025), FiscalYear(2027))] == [2025, 2026, 2027]
    assert str(FiscalYear(2026)) == "2026"


@given(days)
def test_quarters_divide_the_year(day: date) -> None:
    year = FiscalYear.of(day)
    (number,) = [n for n, (first, last) in enumerate(year.quarters, start=1) if first <= day <= last]
    assert number == quarter(day)
    assert year.quarters[0][0] == year.first_day
    assert year.quarters[3][1] == year.last_day


FIRST_OF_APRIL = [
    "令和8年4月1日", "令和８年４月１日(水)", "令和 8年 4月 1日", "㋿8年4月1日", "R8.4.1", "r08-04-01",
    "R080401", "2026-04-01", "2026/4/1", "2026.4.1", "２０２６年４月１日(水曜日)", "20260401",
    "西暦2026年4月1日", "2026−4−1",
]  # fmt: skip


@pytest.mark.parametrize("text", FIRST_OF_APRIL)
def test_ways_to_write_a_day(text: str) -> None:
    assert parse_date(text) == date(2026, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4月1日",
        "令和8年",
        "令和元年4月30日",
        "平成31年5月1日",
        "2026-02-29",
        "令和0年4月1日",
        "X8.4.1",
        "26/4/1x",
    ],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(NotADate):
        parse_date(text)


@given(st.text(max_size=20) | st.text("令和元平成昭年月日0123456789./-RHS", max_size=14))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with suppress(NotADate):
        assert isinstance(parse_date(text), date)
    with suppress(NotADate):
        assert 0 <= parse_fiscal_year(text).year <= 9999


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)


@given(st.dates(date(1873, 1, 1), date(2200, 12, 31)))
def test_every_way_of_writing_is_read_back(day: date) -> None:
    era = era_of(day)
    for text in (wareki_date(day), full_width(wareki_date(day)), day.isoformat(), f"{day:%Y年%m月%d日}"):
        assert parse_date(text) == day
        assert parse_date(unicodedata.normalize("NFKC", text)) == day
    assert parse_date(f"{era.letter}{day.year - era.zero}.{day.month}.{day.day}") == day


@given(st.integers(1927, 2100))
def test_fiscal_years_are_read_back(year: int) -> None:
    for text in (
        str(year),
        f"FY{year}",
        f"{year}年度",
        FiscalYear(year).wareki,
        FiscalYear(year).wareki[:-1],
    ):
        assert parse_fiscal_year(text) == FiscalYear(year)


@pytest.mark.parametrize(
    ("text", "year"), [("R8", 2026), ("平成31年度", 2019), ("Ｈ１０", 1998), ("昭和63", 1988)]
)
def test_fiscal_years_as_people_write_them(text: str, year: int) -> None:
    assert parse_fiscal_year(text) == FiscalYear(year)


@pytest.mark.parametrize("text", ["", "平成32年度", "令和0年度", "令和", "8", "20265"])
def test_what_is_no_fiscal_year(text: str) -> None:
    with pytest.raises(NotADate):
        parse_fiscal_year(text)


def test_eras_follow_one_another() -> None:
    assert [era.first_day for era in ERAS] == sorted((era.first_day for era in ERAS), reverse=True)
    assert all(era_of(era.first_day) is era for era in ERAS)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 21),  # Saturday
        date(2026, 11, 22),
        date(2026, 11, 23),  # 勤労感謝の日
        date(2026, 9, 22),  # 国民の休日, between two holidays
        date(2026, 5, 6),  # 振替休日
        date(2026, 12, 29),
        date(2027, 1, 3),
        date(2019, 5, 1),  # 即位の日, for once
    ],
)
def test_closed_days(day: date) -> None:
    assert not is_open(day)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 12, 28), date(2027, 1, 4)])
def test_open_days(day: date) -> None:
    assert is_open(day)
    assert not is_open(day, frozenset({day}))
    assert next_open(day, frozenset({day})) > day


def test_periods_over_the_turn_of_the_year() -> None:
    assert add_open_days(date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert add_open_days(date(2027, 1, 4), -1) == date(2026, 12, 28)
    assert deadline(date(2026, 12, 15), 14) == date(2027, 1, 4)
    assert deadline(date(2026, 12, 14), 14) == date(2026, 12, 28)


near_days = st.dates(date(1950, 1, 1), date(2099, 1, 1))


@given(near_days, st.integers(1, 40), st.frozensets(near_days, max_size=3))
def test_open_days_are_counted_alike_both_ways(day: date, count: int, closed: frozenset[date]) -> None:
    later = add_open_days(day, count, closed)
    assert is_open(later, closed)
    assert open_days(day + timedelta(days=1), later, closed) == count
    assert add_open_days(later, -count, closed) <= day or not is_open(day, closed)


@given(near_days, st.integers(0, 60), st.integers(0, 60))
def test_deadlines_are_open_and_never_earlier(day: date, days_: int, more: int) -> None:
    found = deadline(day, days_)
    assert is_open(found)
    assert found >= day + timedelta(days=days_)
    assert deadline(day, days_ + more) >= found
