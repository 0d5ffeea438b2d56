"""Who calls a resource with a token of ours, of whichever kind, and whether it does for what is asked.

The one answer of RFC 6750, RFC 9449 and RFC 9470 for every resource; userinfo, which OpenID Connect has its
own words for, asks the same of token and sign-in. A token counts while it lives, its client is approved and
keeps to its sector's profile, and, where a resident stands behind it, she signed in as strongly and as lately
as the sector demands.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.integrations.django_oauth2 import ResourceProtector
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from django.http import HttpRequest

from identity.models import AccessToken, Authorization, MachineToken

from . import machine_token, resource
from .challenges import REALM
from .clients import Client, find
from .errors import InsufficientUserAuthenticationError

DOTS_OF_A_JWT: Final = 2
LONGEST: Final = 4096
Row = AccessToken | MachineToken


class MissingScopeError(InsufficientScopeError):
    """The token was not issued for this; `wanted` says for what it would have to be."""

    description = "The access token does not have the scope that this needs."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.wanted: Mapping[str, str] = {"scope": scope}


@dataclass(frozen=True)
class Access:
    """authorization: what a resident allowed; None for a service in its own name."""

    client: Client
    scope: frozenset[str]
    authorization: Authorization | None


class AnyBearer(resource.BearerValidator):
    def authenticate_token(self, token_string: str) -> Any:
        return _row(token_string)


class AnyBound(resource.BoundValidator):
    def authenticate_token(self, token_string: str) -> Any:
        return _row(token_string)


def _row(token: str) -> Row | None:
    if token.count(".") != DOTS_OF_A_JWT:
        return resource.held(token)
    return machine_token.read(token) if len(token) <= LONGEST else None


def _make_protector() -> ResourceProtector:
    protector = ResourceProtector()
    for validator in (AnyBearer, AnyBound):
        protector.register_token_validator(validator(realm=REALM))
    return protector


_protector: Final = _make_protector()


def admit(request: HttpRequest, scope: str, *, resident: bool) -> Access:
    """resident: whether a token that a resident stands behind is asked for, or one of the service's own.

    Needs `context.person(None)`. Raises OAuth2Error.
    """
    row: Row = _protector.acquire_token(request)  # type: ignore[no-untyped-call]  # Authlib
    authorization = None if isinstance(row, MachineToken) else row.authorization
    client = client_of(row)
    held = frozenset(row.scope.split())
    if scope not in held or resident is (authorization is None):
        raise MissingScopeError(scope)
    if authorization:
        require_sign_in(authorization, client)
    return Access(client, held, authorization)


def client_of(row: Row) -> Client:
    """The client that a token stands for, if the token still counts. Raises InvalidTokenError."""
    named = row if isinstance(row, MachineToken) else row.authorization
    client = find(named.client_id, None if isinstance(row, MachineToken) else row.client_stamp)
    if client is None or not client.honours(row.issued_at) or client.party.shortfalls:
        raise InvalidTokenError(realm=REALM)
    if client.requires_dpop and not row.jkt:
        raise InvalidTokenError("Tokens of this client must be bound to a key.", realm=REALM)
    return client


def require_sign_in(authorization: Authorization, client: Client) -> None:
    """Raises InsufficientUserAuthenticationError where the sector demands a stronger or a later sign-in."""
    sector = client.sector
    weak = authorization.level < sector.min_authentication
    old = sector.fresh_within is not None and time.time() - authorization.auth_time > sector.fresh_within
    if weak or old:
        raise InsufficientUserAuthenticationError(
            acr_values=[f"aal{sector.min_authentication}"], max_age=sector.fresh_within
        )
