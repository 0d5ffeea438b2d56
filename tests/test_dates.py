"""Days in the reader's words."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from consortium.dates import calendar_date, calendar_time, formal_date

LATE = datetime(2019, 4, 30, 15, 5, tzinfo=UTC)
"""Already the first day of 令和 in Japan."""


@pytest.mark.parametrize(
    ("shown", "japanese", "english"),
    [
        (lambda: calendar_date(LATE), "2019年5月1日(令和元年)", "May 1, 2019"),
        (lambda: calendar_time(LATE), "2019年5月1日(令和元年) 0:05", "May 1, 2019, 12:05 a.m."),
        (lambda: formal_date(LATE), "令和元年5月1日", "May 1, 2019"),
        (lambda: calendar_date(date(1926, 12, 24)), "1926年12月24日(大正15年)", "Dec. 24, 1926"),
        (lambda: calendar_date(date(1872, 12, 31)), "1872年12月31日", "Dec. 31, 1872"),
        (lambda: calendar_date(None) + calendar_time(None), "", ""),
    ],
)
def test_in_both_languages(shown, japanese: str, english: str) -> None:
    with override("ja"):
        assert shown() == japanese
    with override("en"):
        assert shown() == english
