"""Dates of birth as people write them: 1955-04-01, 1955年4月1日, 昭和30年4月1日, S30.4.1, 19550401."""

import re
import unicodedata
from datetime import date
from typing import Final

ERAS: Final = (
    ("令和", "R", date(2019, 5, 1), None),
    ("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    ("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    ("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    ("明治", "M", date(1873, 1, 1), date(1912, 7, 29)),
)
"""Name, letter, first and last day. Meiji from the adoption of the Gregorian calendar, in its 6th year."""

_SEPARATED: Final = re.compile(r"([^\d]*)(\d{1,4}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIRST_YEAR: Final = {"明治": 1868}
OLDEST: Final = 125


class MalformedBirthDate(ValueError):
    """Not a date that somebody now alive can have been born on."""


def parse_birth_date(text: str, today: date) -> date:
    """Raises MalformedBirthDate, also for an era that had not begun or was over on that day."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("−", "-").replace("‐", "-")
    if match := _SEPARATED.fullmatch(folded):
        era, year, month, day = match.groups()
        born = _date(era, 1 if year == "元" else int(year), int(month), int(day))
    elif match := _COMPACT.fullmatch(folded):
        born = _date("", *(int(part) for part in match.groups()))
    else:
        raise MalformedBirthDate
    if not today.year - OLDEST <= born.year or born > today:
        raise MalformedBirthDate
    return born


def _date(era: str, year: int, month: int, day: int) -> date:
    try:
        if not era:
            return date(year, month, day)
        name, start, end = next((n, s, e) for n, letter, s, e in ERAS if era.upper() in {n, letter})
        born = date(_FIRST_YEAR.get(name, start.year) + year - 1, month, day)
    except (ValueError, StopIteration):
        raise MalformedBirthDate from None
    if born < start or (end and born > end):
        raise MalformedBirthDate
    return born
