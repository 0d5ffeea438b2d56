"""When a plan is due for review: days of a cycle, moved to days on which the offices are open."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from consortium.domain.calendar import NO_DAYS, next_open

MAX_MONTHS = 60
MAX_DAYS = 24


@dataclass(frozen=True, slots=True)
class Cycle:
    """Either every_months from starts_on, or days."""

    every_months: int | None = None
    starts_on: date | None = None
    days: tuple[date, ...] = ()

    def after(self, day: date) -> Iterator[date]:
        """The days of the cycle after this one as they were set, in order; endless if it repeats."""
        if self.every_months and self.starts_on:
            start = self.starts_on
            all_days = (month_later(start, n * self.every_months) for n in count())
            yield from (one for one in all_days if one > day)
        else:
            yield from (one for one in sorted(set(self.days)) if one > day)


@dataclass(frozen=True, slots=True)
class Review:
    """set_for: the day of the cycle. due_on: the day itself, or the next on which the offices are open."""

    set_for: date
    due_on: date


def next_review(cycle: Cycle, settled_through: date, closed: frozenset[date] = NO_DAYS) -> Review | None:
    """The first that is not settled, though its day may be past; None after the last."""
    return next(_reviews(cycle, settled_through, closed), None)


def reviews_until(
    cycle: Cycle, settled_through: date, until: date, closed: frozenset[date] = NO_DAYS
) -> Iterator[Review]:
    """All that are not settled and set for a day up to `until`, included."""
    for one in _reviews(cycle, settled_through, closed):
        if one.set_for > until:
            return
        yield one


def month_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one: from 31 January, one month on, 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _reviews(cycle: Cycle, settled_through: date, closed: frozenset[date]) -> Iterator[Review]:
    return (Review(one, next_open(one, closed)) for one in cycle.after(settled_through))
