"""An ID token that a service shows again: as a hint of whom it means (OpenID Connect Core, 3.1.2.1)."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError

from . import keys
from .clients import Client


def hinted_subject(hint: str, client: Client) -> str:
    """The `sub` of a token that we issued to this client, expired or not. Raises InvalidRequestError."""
    try:
        token = jwt.decode(hint, keys.ring().known, algorithms=list(keys.ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise _refused() from None
    claims = token.claims
    if not is_id_token(claims) or token.header.get("typ") != "JWT" or claims["aud"] != client.client_id:
        raise _refused()
    return str(claims["sub"])


def is_id_token(claims: dict[str, Any]) -> bool:
    """Userinfo answers, machines' tokens and logout tokens are signed by the same keys."""
    ours = claims.get("iss") == settings.IDENTITY_URL
    return ours and "events" not in claims and {"sub", "sid", "aud", "exp", "auth_time"}.issubset(claims)


def _refused() -> InvalidRequestError:
    return InvalidRequestError("id_token_hint must be an ID token that this server issued to this client.")
