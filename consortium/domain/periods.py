"""Periods of whole days: the first day counts, the last day does not; None is without end."""

from collections.abc import Iterable
from datetime import date

Period = tuple[date, date | None]


def first_gap(periods: Iterable[Period], day: date) -> date | None:
    """The first day from this one on that no period covers; None if each day is covered."""
    for starts_on, ends_on in sorted(periods, key=lambda period: period[0]):
        if starts_on > day:
            break
        if ends_on is None:
            return None
        day = max(day, ends_on)
    return day
