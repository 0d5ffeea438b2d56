"""What a resource answers to a token that does not do: RFC 6750, RFC 9449 section 7.1 and RFC 9470."""

from typing import Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import MissingAuthorizationError, UnsupportedTokenTypeError
from authlib.oauth2.rfc6750 import InvalidTokenError
from django.http import HttpRequest, HttpResponse, JsonResponse

from . import dpop
from .assertion import ALGORITHMS

REALM: Final = "identity"
BEARER: Final = "Bearer"
DPOP: Final = "DPoP"
_HOW: Final = "Send the access token as Authorization: DPoP with a proof, or as Authorization: Bearer."


class BoundTokenError(InvalidTokenError):
    """A token that is bound to a key came without proof of it: worth nothing as a bearer token."""

    description = "The access token is bound to a key: send it as Authorization: DPoP, with a proof."


class UnboundTokenError(InvalidTokenError):
    """A bearer token came as if it were bound to a key."""

    description = "The access token is not bound to a key: send it as Authorization: Bearer."


def is_missing(error: OAuth2Error) -> bool:
    """Whether no token came at all. Such a caller is told how, not what went wrong (RFC 6750, 3.1)."""
    return isinstance(error, MissingAuthorizationError | UnsupportedTokenTypeError)


def www_authenticate(error: OAuth2Error, authorization: str, *, realm: str = REALM) -> str:
    """The header's value. authorization: the request's own header, for the scheme that it used."""
    schemes = (BEARER, DPOP) if is_missing(error) else (_scheme(error, authorization),)
    parts = {} if is_missing(error) else _parts(error)
    return ", ".join(_challenge(scheme, realm, parts) for scheme in schemes)


def refusal(request: HttpRequest, error: OAuth2Error, *, realm: str = REALM) -> HttpResponse:
    """The error as a resource sends it; with a nonce for the next proof where proofs are in use."""
    missing = is_missing(error)
    body = {"error_description": _HOW} if missing else dict(error.get_body())
    status = 401 if missing or isinstance(error, dpop.ProofError) else error.status_code
    response = JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
    authorization = request.headers.get("Authorization", "")
    if status in {401, 403}:
        response["WWW-Authenticate"] = www_authenticate(error, authorization, realm=realm)
    for name, value in error.get_headers():
        if name in {"Retry-After", dpop.NONCE_HEADER}:
            response[name] = value
    return response


def _scheme(error: OAuth2Error, authorization: str) -> str:
    if isinstance(error, BoundTokenError | dpop.ProofError):
        return DPOP
    if isinstance(error, UnboundTokenError):
        return BEARER
    return DPOP if authorization.partition(" ")[0].lower() == "dpop" else BEARER


def _parts(error: OAuth2Error) -> dict[str, str]:
    parts = {"error": str(error.error), "error_description": str(error.get_error_description() or "")}
    parts |= getattr(error, "wanted", {})
    return {name: value for name, value in parts.items() if value}


def _challenge(scheme: str, realm: str, parts: dict[str, str]) -> str:
    named = {"realm": realm, **parts, **({"algs": " ".join(ALGORITHMS)} if scheme == DPOP else {})}
    return f"{scheme} " + ", ".join(f'{name}="{value}"' for name, value in named.items())
