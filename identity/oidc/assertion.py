"""private_key_jwt (RFC 7523, OpenID Connect Core section 9) as strictly as FAPI 2.0 reads it."""

import hashlib
import time
from typing import Any, Final, cast

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from redis.exceptions import RedisError

from consortium.valkey import ask

from .clients import Client
from .errors import ServerError

ALGORITHMS: Final = ["ES256", "EdDSA", "Ed25519", "PS256"]
"""Ed25519 is what RFC 9864 calls EdDSA on that curve."""
LONGEST: Final = 3600
"""Seconds that an assertion may still live: what stock clients make by themselves (Authlib's). Each counts
once. Authlib would take one that lives for years."""
LEEWAY: Final = 30


class ClientAssertion(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = "private_key_jwt"  # type: ignore[misc]  # Final in the stubs, made to be replaced

    def __call__(self, query_client: Any, request: Any) -> Client | None:
        """The client; a client_id beside the assertion must be the same (RFC 7521, 4.2)."""
        client: Client | None = super().__call__(query_client, request)  # type: ignore[no-untyped-call]  # Authlib
        if client and request.form.get("client_id", client.client_id) != client.client_id:
            raise InvalidClientError("client_id differs from the sub of the assertion.")
        return client

    def get_audiences(self) -> list[str]:
        return [settings.IDENTITY_URL]

    def extract_assertion(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            return cast(tuple[dict[str, Any], dict[str, Any]], super().extract_assertion(assertion))
        except RecursionError:
            raise InvalidClientError("The assertion is nested too deeply.") from None

    def resolve_client_public_key(self, client: Client) -> KeySet:
        try:
            return client.keys
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidClientError("The client has no registered key that can be read.") from None

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> dict[str, Any]:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, RecursionError):
            raise InvalidClientError("The signature of the assertion is not valid.") from None
        self.verify_claims(token.claims)
        return token.claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        now = time.time()
        if not claims.get("iss") == claims.get("sub") or not isinstance(claims.get("sub"), str):
            raise InvalidClientError("iss and sub of the assertion must both be the client_id.")
        if claims.get("aud") != settings.IDENTITY_URL:
            raise InvalidClientError("aud of the assertion must be the issuer, as a string.")
        if not is_time(claims.get("exp")) or not now - LEEWAY < claims["exp"] <= now + LONGEST + LEEWAY:
            raise InvalidClientError(f"exp of the assertion must lie within {LONGEST} seconds from now.")
        for name in ("nbf", "iat"):
            if name in claims and (not is_time(claims[name]) or claims[name] > now + LEEWAY):
                raise InvalidClientError(f"{name} of the assertion lies in the future.")
        if not isinstance(claims.get("jti"), str) or not self.validate_jti(claims, claims["jti"]):
            raise InvalidClientError("jti of the assertion is missing or was used before.")

    def validate_jti(self, claims: dict[str, Any], jti: str) -> bool:
        key = f"oidc:jti:{hash_of(claims['sub'], jti)}"
        return remember(key, LONGEST + 2 * LEEWAY)


def remember(key: str, seconds: int) -> bool:
    """Whether the key is new; it is known from now on. Raises ServerError where that cannot be found out."""
    try:
        return ask("SET", key, 1, "EX", seconds, "NX") is not None
    except (RedisError, OSError):
        raise ServerError from None


def hash_of(*parts: str) -> str:
    """A cache key of any parts, unambiguous."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def is_time(value: Any) -> bool:
    """Whether a claim is a NumericDate."""
    return isinstance(value, int | float) and not isinstance(value, bool)
