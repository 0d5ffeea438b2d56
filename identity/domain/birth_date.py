"""Dates of birth as people write them: 1955-04-01, 1955年4月1日, 昭和30年4月1日, S30.4.1, 19550401."""

from datetime import date
from typing import Final

from consortium.domain.calendar import NoSuchDay, NotADate, parse_date

OLDEST: Final = 125


class MalformedBirthDate(ValueError):
    """Not written as a date."""


class ImpossibleBirthDate(MalformedBirthDate):
    """A date on which nobody now alive can have been born, or that never was."""


def parse_birth_date(text: str, today: date) -> date:
    """Raises MalformedBirthDate; ImpossibleBirthDate also for an era that had not begun or was over then."""
    try:
        born = parse_date(text)
    except NoSuchDay:
        raise ImpossibleBirthDate from None
    except NotADate:
        raise MalformedBirthDate from None
    if not today.year - OLDEST <= born.year or born > today:
        raise ImpossibleBirthDate
    return born


ANY_DAY: Final = ("", "1日", "-01", "/1")
"""What makes a date of a month, however that is written."""
