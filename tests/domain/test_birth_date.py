from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.calendar import wareki_date
from identity.domain.birth_date import ImpossibleBirthDate, MalformedBirthDate, parse_birth_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "1955-04-01",
        "1955/4/1",
        "1955年4月1日",
        "昭和30年4月1日",
        "S30.4.1",
        "s30.4.1",
        "１９５５ー０４ー０１",
        "19550401",
    ],
)
def test_many_ways_to_write_a_day(text: str) -> None:
    assert parse_birth_date(text.replace("ー", "-"), TODAY) == date(1955, 4, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("平成12年2月29日", date(2000, 2, 29)),
    ],
)
def test_edges_of_eras(text: str, day: date) -> None:
    assert parse_birth_date(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "平成31年5月1日",
        "令和元年4月30日",
        "昭和64年1月8日",
        "1955-02-29",
        "2026-11-24",
        "1901-11-22x",
        "1800-1-1",
        "X30.4.1",
    ],
)
def test_what_is_no_birth_date(text: str) -> None:
    with pytest.raises(MalformedBirthDate):
        parse_birth_date(text, TODAY)


@pytest.mark.parametrize("text", ["昭和64年2月1日", "1800-1-1", "２０３０年１月１日", "1955-02-29"])
def test_a_date_that_cannot_be_is_told_from_one_that_is_none(text: str) -> None:
    with pytest.raises(ImpossibleBirthDate):
        parse_birth_date(text, TODAY)


@given(st.dates(date(1926, 12, 25), TODAY))
def test_reads_what_the_platform_writes(day: date) -> None:
    assert parse_birth_date(wareki_date(day), TODAY) == day
    assert parse_birth_date(day.isoformat(), TODAY) == day


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with suppress(MalformedBirthDate):
        assert parse_birth_date(text, TODAY) <= TODAY
