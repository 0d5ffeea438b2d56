"""Sector policy at the door: what a client must do, and what a resident must have proved."""

from enum import StrEnum
from typing import Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, UnauthorizedClientError

from consortium.tenancy.actor import Actor
from identity.domain.assurance import Assurance
from services.domain.sectors import ClientProfile
from services.queries import is_available

from .clients import Client
from .errors import UnmetAuthenticationRequirementsError

OFFERED: Final[frozenset[str]] = frozenset()
"""Parts of client profiles that this provider already speaks: "PAR", "DPoP"."""


class Refusal(StrEnum):
    """Why a signed-in resident is not let through to a service."""

    NOT_AVAILABLE = "not_available"
    NOT_PROOFED = "not_proofed"
    WEAK_SIGN_IN = "weak_sign_in"


_ERRORS: Final[dict[Refusal, tuple[type[OAuth2Error], str]]] = {
    Refusal.NOT_AVAILABLE: (
        AccessDeniedError,
        "The resident cannot use this service: her municipality has not adopted its component.",
    ),
    Refusal.NOT_PROOFED: (
        AccessDeniedError,
        "The resident's identity is not established at the level that the sector of this service demands.",
    ),
    Refusal.WEAK_SIGN_IN: (
        UnmetAuthenticationRequirementsError,
        "The resident's sign-in does not reach the level that the sector of this service demands.",
    ),
}


def required_parts(profile: ClientProfile) -> list[str]:
    return [name for name, asked in (("PAR", profile.require_par), ("DPoP", profile.require_dpop)) if asked]


def require_profile(client: Client) -> None:
    """A sector's profile is never quietly lowered. Raises UnauthorizedClientError."""
    missing = [part for part in required_parts(client.sector.profile) if part not in OFFERED]
    if missing:
        raise UnauthorizedClientError(
            f"Clients of the {client.sector.key} sector must use {' and '.join(missing)}, "
            "which this server does not offer yet."
        )


def refusal(client: Client, actor: Actor, assurance: Assurance) -> Refusal | None:
    """Needs the resident's context with her municipality."""
    if actor.municipality_id is None or not is_available(client.party, actor.municipality_id):
        return Refusal.NOT_AVAILABLE
    if assurance.proofing < client.sector.min_proofing:
        return Refusal.NOT_PROOFED
    if assurance.authentication < client.sector.min_authentication:
        return Refusal.WEAK_SIGN_IN
    return None


def error_of(reason: Refusal, *, redirect_uri: str, state: str | None) -> OAuth2Error:
    error, description = _ERRORS[reason]
    return error(description=description, redirect_uri=redirect_uri, state=state)
