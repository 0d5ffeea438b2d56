"""An ID token that a service shows again: as a hint of whom it means (OpenID Connect Core, 3.1.2.1)."""

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
    if claims.get("iss") != settings.IDENTITY_URL or claims.get("aud") != client.client_id:
        raise _refused()
    return str(claims.get("sub", ""))


def _refused() -> InvalidRequestError:
    return InvalidRequestError("id_token_hint must be an ID token that this server issued to this client.")
