"""What may be written down as disclosed by order of law, and how long the resident may be left unaware."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from .proofing import years_later

LATEST: Final = timedelta(days=30)
"""The daily trees take in what comes this late (docs/transparency.md)."""
LONGEST_YEARS: Final = 5


class EntryProblem(StrEnum):
    FUTURE = "future"
    TOO_OLD = "too_old"
    REASON = "reason"
    """Delayed without a reason, or the other way round."""
    NOT_LATER = "not_later"
    TOO_LONG = "too_long"


def entry_problem(
    disclosed_at: datetime, reason: str, visible_on: date | None, now: datetime
) -> EntryProblem | None:
    """All aware; visible_on: the day in Japan from which she sees it, None for at once."""
    if disclosed_at > now:
        return EntryProblem.FUTURE
    if disclosed_at < now - LATEST:
        return EntryProblem.TOO_OLD
    if bool(reason) != bool(visible_on):
        return EntryProblem.REASON
    if visible_on is None:
        return None
    if visible_on <= now.date():
        return EntryProblem.NOT_LATER
    return EntryProblem.TOO_LONG if visible_on > years_later(now.date(), LONGEST_YEARS) else None
