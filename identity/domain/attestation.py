"""What an authority may attest, for how long, and whether it ends when its holder moves away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from .attributes import Attribute
from .proofing import years_later


@dataclass(frozen=True, slots=True)
class AttestationRule:
    """residence_bound: counts only while the holder lives in the issuer's municipality. years: the longest
    term. value: what a service receives."""

    residence_bound: bool
    years: int
    value: str


ATTESTABLE: Final[Mapping[Attribute, AttestationRule]] = MappingProxyType(
    {Attribute.SUBSIDISED_FARE: AttestationRule(residence_bound=True, years=5, value="true")}
)


class RowProblem(StrEnum):
    """Why a row of a file attests nothing."""

    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    REPEATED = "repeated"
    KEY = "key"
    FORMAT = "format"
    ENDS_BEFORE_START = "ends_before_start"
    OVER = "over"
    TOO_LONG = "too_long"


UNSAID: Final = RowProblem.UNMATCHED
"""Nobody enrolled here, moved away, suspended: left out, and never told of a single line, since that would
tell who has a digital ID. Any other problem stops the whole file."""
FEW: Final = 10


def roughly(count: int) -> int | None:
    """To the nearest ten; None for fewer than ten, who could be singled out."""
    return round(count, -1) if count >= FEW else None


def term_problem(rule: AttestationRule, starts_on: date, until: date, today: date) -> RowProblem | None:
    """until: the last day on which it counts."""
    if until < starts_on:
        return RowProblem.ENDS_BEFORE_START
    if until < today:
        return RowProblem.OVER
    if until >= years_later(starts_on, rule.years):
        return RowProblem.TOO_LONG
    return None


@dataclass(frozen=True, slots=True)
class Attested:
    """One attestation. issuer: key of the municipality that issued it; until: its last day."""

    attribute: Attribute
    value: str
    issuer: int
    starts_on: date
    until: date
    revoked: bool = False

    def counts(self, home: int | None, on: date) -> bool:
        """home: where its holder lives on that day."""
        if self.revoked or not self.starts_on <= on <= self.until:
            return False
        return home == self.issuer or not ATTESTABLE[self.attribute].residence_bound
