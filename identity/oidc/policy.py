"""Sector policy at the door: what a client must do, and what a resident must have proved."""

from enum import StrEnum
from typing import Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError, UnauthorizedClientError

from identity.domain.assurance import Assurance
from identity.queries.basis import Basis

from .clients import Client
from .errors import UnmetAuthenticationRequirementsError


class Refusal(StrEnum):
    """Why a signed-in resident is not let through to a service."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"
    NOT_AVAILABLE = "not_available"
    NOT_PROOFED = "not_proofed"
    WEAK_SIGN_IN = "weak_sign_in"
    UNMET_STEP = "unmet_step"


_ERRORS: Final[dict[Refusal, tuple[type[OAuth2Error], str]]] = {
    Refusal.SANDBOX: (
        AccessDeniedError,
        "This is a sandbox client: only test residents can use it. Register a production client for others.",
    ),
    Refusal.PRODUCTION: (
        AccessDeniedError,
        "The resident is a test resident, who can use sandbox clients only.",
    ),
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
    Refusal.UNMET_STEP: (
        UnmetAuthenticationRequirementsError,
        "The resident cannot reach any of the requested acr values.",
    ),
}


def require_profile(client: Client, *, is_pushed: bool) -> None:
    """At authorization; what a client must do at the token endpoint, its grants say (grants.bound).

    Raises UnauthorizedClientError for a client below its sector's profile, InvalidRequestError.
    """
    if below := client.party.shortfalls:
        raise UnauthorizedClientError(
            f"The registration of the client is below what its sector demands: {', '.join(below)}."
        )
    if client.requires_par and not is_pushed:
        raise InvalidRequestError(
            "This client must push its authorization requests: send the parameters to the "
            "pushed_authorization_request_endpoint and only request_uri and client_id here."
        )


def refusal(client: Client, basis: Basis, assurance: Assurance) -> Refusal | None:
    """basis: hers, for the component and purpose of this client."""
    if client.is_test != basis.test:
        return Refusal.SANDBOX if client.is_test else Refusal.PRODUCTION
    if basis.municipality_id is None or not basis.meets(test=client.is_test):
        return Refusal.NOT_AVAILABLE
    if assurance.proofing < client.sector.min_proofing:
        return Refusal.NOT_PROOFED
    if assurance.authentication < client.sector.min_authentication:
        return Refusal.WEAK_SIGN_IN
    return None


def error_of(reason: Refusal) -> OAuth2Error:
    error, description = _ERRORS[reason]
    return error(description=description)
