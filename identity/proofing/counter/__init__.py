"""In person, by two clerks: what they saw, never a copy of it, decides how surely somebody is known."""

from datetime import date
from typing import Final

from identity.domain import assurance
from identity.domain.proofing import years_later

METHOD: Final = "counter"
YEARS: Final = 5
WITHOUT_PHOTOGRAPH: Final = frozenset({"two_documents"})


def level_of(evidence: str, day: date) -> int:
    """身元確認保証レベル of an examination by eye. evidence: a value of models.Evidence."""
    if evidence in WITHOUT_PHOTOGRAPH:
        return assurance.proofing_level(assurance.Proofing.SELF_ASSERTED, day)
    return assurance.proofing_level(assurance.Proofing.COUNTER_DOCUMENT, day)


def expiry(day: date) -> date:
    return years_later(day, YEARS)
