"""What a delegate may do in another's name, and for how long."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LONGEST_YEARS: Final = 3
"""Of a delegation by the resident's own will; then it is given anew."""


class Deed(StrEnum):
    SEE = "see"
    CONSENT = "consent"


class Beyond(StrEnum):
    """Why a deed is not the delegate's to do."""

    NOT_IN_FORCE = "not_in_force"
    SEE_ONLY = "see_only"
    OTHER_SECTOR = "other_sector"
    OTHER_SERVICE = "other_service"


@dataclass(frozen=True, slots=True)
class Scope:
    """sectors: the services of these. client_ids: if any, only these services. until: the last day."""

    sectors: frozenset[str]
    client_ids: frozenset[str]
    may_consent: bool
    starts_on: date
    until: date

    def in_force(self, on: date) -> bool:
        return self.starts_on <= on <= self.until


def beyond(scope: Scope, deed: Deed, sector: str, client_id: str, on: date) -> Beyond | None:
    """None if the deed is within the scope on that day."""
    if not scope.in_force(on):
        return Beyond.NOT_IN_FORCE
    if deed is Deed.CONSENT and not scope.may_consent:
        return Beyond.SEE_ONLY
    if sector not in scope.sectors:
        return Beyond.OTHER_SECTOR
    if scope.client_ids and client_id not in scope.client_ids:
        return Beyond.OTHER_SERVICE
    return None
