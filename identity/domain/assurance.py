"""Two ladders kept apart: how surely we know who someone is, and how surely it is she who signs in.

身元確認保証レベル (`ial1`–`ial3`) and 当人認証保証レベル (`aal1`–`aal3`), after DS-511 and NIST SP 800-63-4.
Which method reaches which level is a dated table: an edition is never changed, a new one is added.
An OpenID client asks for steps of either ladder by `acr_values`; each step asks for at least its level.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Proofing(StrEnum):
    """How a resident's identity was established."""

    SELF_ASSERTED = "self_asserted"
    COUNTER_DOCUMENT = "counter_document"
    COUNTER_CARD = "counter_card"
    JPKI = "jpki"


class SignIn(StrEnum):
    """How a resident signed in."""

    ENROLMENT_CODE = "enrolment_code"
    PASSKEY_UNVERIFIED = "passkey_unverified"
    PASSKEY_SYNCED = "passkey_synced"
    PASSKEY_DEVICE_BOUND = "passkey_device_bound"
    DEVICE_CERTIFICATE = "device_certificate"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the criteria; a method that a table does not list reaches no level (0)."""

    name: str
    valid_from: date
    proofing: Mapping[Proofing, int]
    sign_in: Mapping[SignIn, int]


EDITIONS: Final = (
    Edition(
        name="2026",
        valid_from=date(2026, 4, 1),
        proofing=MappingProxyType(
            {
                Proofing.SELF_ASSERTED: 1,
                # Seen in person, two officers, a document with a photograph but without reading its chip.
                Proofing.COUNTER_DOCUMENT: 2,
                # As above, and the card's chip was read.
                Proofing.COUNTER_CARD: 3,
                Proofing.JPKI: 3,
            }
        ),
        sign_in=MappingProxyType(
            {
                # Only to register a first passkey: whoever holds the paper may be anybody.
                SignIn.ENROLMENT_CODE: 0,
                SignIn.PASSKEY_UNVERIFIED: 1,
                SignIn.PASSKEY_SYNCED: 2,
                SignIn.PASSKEY_DEVICE_BOUND: 3,
                SignIn.DEVICE_CERTIFICATE: 3,
            }
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Assurance:
    """Levels 0 (none) to 3 of one sign-in."""

    proofing: int
    authentication: int


def edition_on(day: date) -> Edition:
    """Return the criteria in force on a day; the first edition also answers for days before it."""
    in_force = [edition for edition in EDITIONS if edition.valid_from <= day]
    return in_force[-1] if in_force else EDITIONS[0]


def proofing_level(method: Proofing, day: date) -> int:
    """Return the level by the criteria of the day the proofing took place."""
    return edition_on(day).proofing.get(method, 0)


def authentication_level(method: SignIn, day: date) -> int:
    return edition_on(day).sign_in.get(method, 0)


def passkey_method(*, user_verified: bool, backup_eligible: bool) -> SignIn:
    """Classify a passkey by the flags of the assertion it signed (not of its registration)."""
    if not user_verified:
        return SignIn.PASSKEY_UNVERIFIED
    return SignIn.PASSKEY_SYNCED if backup_eligible else SignIn.PASSKEY_DEVICE_BOUND


def acr(assurance: Assurance) -> str | None:
    """Return the step of the authentication ladder reached: the `acr` when none was asked for."""
    return f"aal{assurance.authentication}" if assurance.authentication else None


def ial(assurance: Assurance) -> str | None:
    return f"ial{assurance.proofing}" if assurance.proofing else None


def acr_values_supported() -> list[str]:
    return [*_STEPS]


def meets(step: str, assurance: Assurance) -> bool:
    """Whether a sign-in reaches a step; an unknown one is never reached."""
    needed = _STEPS.get(step)
    if needed is None:
        return False
    return assurance.proofing >= needed.proofing and assurance.authentication >= needed.authentication


def first_met(acr_values: Iterable[str], assurance: Assurance) -> str | None:
    """Return the first of the steps asked for, in the client's order of preference, that is reached."""
    return next((step for step in acr_values if meets(step, assurance)), None)


def is_unmet(acr_values: Iterable[str], assurance: Assurance, *, essential: bool = False) -> bool:
    """Whether what was asked for is not reached. A step that nobody knows is a wish, unless it is essential
    (OpenID Connect Core, 5.5.1.1)."""
    asked = list(acr_values)
    counts = bool(asked) if essential else any(step in _STEPS for step in asked)
    return counts and first_met(asked, assurance) is None


def is_worth_a_step_up(acr_values: Iterable[str], *, reached: Assurance, reachable: Assurance) -> bool:
    """Whether another sign-in would answer with a step that the client prefers (RFC 9470, 4)."""
    asked = list(acr_values)
    best = first_met(asked, reachable)
    return best is not None and best != first_met(asked, reached)


_STEPS: Final = {f"aal{level}": Assurance(0, level) for level in (1, 2, 3)} | {
    f"ial{level}": Assurance(level, 0) for level in (1, 2, 3)
}
