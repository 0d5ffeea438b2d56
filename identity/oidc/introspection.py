"""Introspection (RFC 7662): a service asks whether a token that it was given still holds."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from django.conf import settings

from identity.domain.session_id import sid_of
from identity.models import RefreshToken

from . import machine_token
from .clients import CONFIDENTIAL_METHODS, Client
from .presented import Presented, look_up
from .standing import stands


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = CONFIDENTIAL_METHODS

    def check_params(self, request: Any, client: Client) -> None:
        """An unknown hint is no error: it is only a hint."""
        if not request.form.get("token"):
            raise InvalidRequestError("The parameter token is missing.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        return look_up(token_string, opens=True)

    def check_permission(self, token: Presented, client: Client, request: Any) -> bool:
        """Others' tokens are as unknown as those that never were. What holds is what would be accepted."""
        if not token.check_client(client) or not client.honours(token.row.issued_at):
            return False
        if token.authorization is None:
            return True
        over = token.is_expired() or token.is_revoked()
        return not over and stands(token.authorization, client)

    def introspect_token(self, token: Presented) -> dict[str, Any]:
        row = token.row
        return {
            "active": True,
            "iss": settings.IDENTITY_URL,
            "client_id": token.client_id,
            "scope": token.scope,
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
            **({} if isinstance(row, RefreshToken) else {"token_type": "DPoP" if row.jkt else "Bearer"}),
            **({"cnf": {"jkt": row.jkt}} if row.jkt else {}),
            **_whose(token),
        }


def _whose(token: Presented) -> dict[str, Any]:
    """`sub` is the pseudonym of the caller's own sector: it is the caller's own token."""
    held = token.authorization
    if held is None:
        return {"sub": token.client_id, "aud": machine_token.audience()}
    return {
        "sub": held.subject,
        "aud": settings.IDENTITY_URL,
        "sid": sid_of(held.sid, held.client_id),
        "acr": held.acr,
        "amr": list(held.amr),
        "auth_time": held.auth_time,
    }
