"""What a resident should look at twice among the uses of her data. Rules of thumb, each said in words."""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from consortium.domain.calendar import NO_DAYS, is_open

NIGHT_BEGINS: Final = 22
NIGHT_ENDS: Final = 6
"""Hours of the local clock."""
OFFICE_OPENS: Final = time(8)
OFFICE_CLOSES: Final = time(19)
"""With the hour that a clerk may need before and after the counter's hours."""
WIDE: Final = 3
OFTEN: Final = 10
TIMES: Final = 3


class Unusual(StrEnum):
    FIRST_TIME = "first_time"
    AT_NIGHT = "at_night"
    MANY_ATTRIBUTES = "many_attributes"
    FAR_MORE_OFTEN = "far_more_often"
    OUTSIDE_HOURS = "outside_hours"


def at_night(moment: datetime) -> bool:
    """moment: local."""
    return moment.hour >= NIGHT_BEGINS or moment.hour < NIGHT_ENDS


def many_attributes(count: int, usual: int) -> bool:
    """usual: the most that this service received at once before; 0 if it never did."""
    return bool(usual) and count >= WIDE and count >= 2 * usual


def far_more_often(count: int, before: Sequence[int]) -> bool:
    """before: of each of the months before; without any, nothing is known to be usual."""
    return count >= OFTEN and bool(sum(before)) and count * len(before) > TIMES * sum(before)


def outside_hours(moment: datetime, closed: frozenset[date] = NO_DAYS) -> bool:
    """Of an access by staff. moment: local. closed: days on which its office is closed besides the law's."""
    if not is_open(moment.date(), closed):
        return True
    return not OFFICE_OPENS <= moment.time() < OFFICE_CLOSES
