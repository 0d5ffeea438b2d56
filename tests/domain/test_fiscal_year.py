from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.fiscal_year import FiscalYear, fiscal_years, wareki_date

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
    ],
)
def test_wareki_date(day: date, label: str) -> None:
    assert wareki_date(day) == label


def test_before_showa_there_is_no_label() -> None:
    with pytest.raises(ValueError, match="1926"):
        _ = FiscalYear(1926).wareki
    with pytest.raises(ValueError, match="1926"):
        wareki_date(date(1926, 12, 24))


def test_range_includes_both_ends() -> None:
    assert [year.year for year in fiscal_years(FiscalYear(2025), FiscalYear(2027))] == [2025, 2026, 2027]
    assert str(FiscalYear(2026)) == "2026"
