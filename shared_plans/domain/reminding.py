"""When people are reminded of a deadline: some 開庁日 before it, and once it has passed."""

from datetime import date
from enum import StrEnum
from typing import Final

from .board import Clock, Standing

SOON_DAYS: Final = 5
"""開庁日 before the deadline from which something is due soon."""


class Stage(StrEnum):
    NEAR = "near"
    PASSED = "passed"


def stage_of(due: date | None, clock: Clock) -> Stage | None:
    """None while nobody need be reminded of what is not done yet."""
    standing = clock.standing(due, None)
    return {Standing.SOON: Stage.NEAR, Standing.LATE: Stage.PASSED}.get(standing)
