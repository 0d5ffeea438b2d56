"""private_key_jwt (RFC 7523, OpenID Connect Core section 9) as strictly as FAPI 2.0 reads it."""

import hashlib
import time
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.conf import settings
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .clients import Client

ALGORITHMS: Final = ["ES256", "EdDSA", "PS256"]
LONGEST: Final = 300
"""Seconds that an assertion may still live; Authlib would take one that lives for years."""
LEEWAY: Final = 30


class ClientAssertion(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = "private_key_jwt"  # type: ignore[misc]  # Final in the stubs, made to be replaced

    def get_audiences(self) -> list[str]:
        return [settings.IDENTITY_URL]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        try:
            return client.keys
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidClientError("The client has no registered key that can be read.") from None

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> dict[str, Any]:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError):
            raise InvalidClientError("The signature of the assertion is not valid.") from None
        self.verify_claims(token.claims)
        return token.claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        now = time.time()
        if not claims.get("iss") == claims.get("sub") or not isinstance(claims.get("sub"), str):
            raise InvalidClientError("iss and sub of the assertion must both be the client_id.")
        if claims.get("aud") != settings.IDENTITY_URL:
            raise InvalidClientError("aud of the assertion must be the issuer, as a string.")
        if not _is_time(claims.get("exp")) or not now - LEEWAY < claims["exp"] <= now + LONGEST + LEEWAY:
            raise InvalidClientError(f"exp of the assertion must lie within {LONGEST} seconds from now.")
        for name in ("nbf", "iat"):
            if name in claims and (not _is_time(claims[name]) or claims[name] > now + LEEWAY):
                raise InvalidClientError(f"{name} of the assertion lies in the future.")
        if not isinstance(claims.get("jti"), str) or not self.validate_jti(claims, claims["jti"]):
            raise InvalidClientError("jti of the assertion is missing or was used before.")

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        key = f"oidc:jti:{hash_of(claims['sub'], jti)}"
        return bool(cache.add(key, 1, LONGEST + 2 * LEEWAY))


def hash_of(*parts: str) -> str:
    """A cache key of any parts, unambiguous."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
