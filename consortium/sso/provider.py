"""The relying party's side of OpenID Connect Core, code flow with PKCE.

Authlib builds the requests and checks the ID token's claims, joserfc its signature.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Final, Protocol

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .mapping import email_of
from .outbound import get_json, guard, is_acceptable_url

ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
]
"""Asymmetric ones only: with a shared secret whoever knows the client could sign."""
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY: Final = 60
"""Seconds that the provider's clock may differ."""
REMEMBERED: Final = 600
FAILED_FOR: Final = 15
"""Seconds in which a provider that failed is not asked again: everybody may start a sign-in, and waiting for
an answer holds a thread."""


class ProviderError(Exception):
    """code: unreachable, not_discovered, other_issuer, endpoints, algorithms, refused or token."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Client(Protocol):
    """What this module reads of a connection."""

    @property
    def issuer(self) -> str: ...

    @property
    def client_id(self) -> str: ...

    @property
    def scopes(self) -> str: ...

    @property
    def groups_claim(self) -> str: ...

    @property
    def secret(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back unchanged from one sign-in at the provider; kept in the session."""

    state: str
    nonce: str
    verifier: str


def discover(issuer: str, *, fresh: bool = False) -> dict[str, Any]:
    """The provider's metadata (OpenID Connect Discovery 1.0, section 4). Raises ProviderError."""
    if not is_acceptable_url(issuer):
        raise ProviderError("endpoints")
    key = f"sso:metadata:{issuer}"
    known: dict[str, Any] | None = None if fresh else cache.get(key)
    if known is not None:
        return known
    if not fresh and (failure := cache.get(f"{key}:failed")):
        raise ProviderError(failure)
    try:
        known = _checked(issuer, _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
    except ProviderError as error:
        cache.set(f"{key}:failed", error.code, FAILED_FOR)
        raise
    cache.set(key, known, REMEMBERED)
    cache.delete(f"{key}:failed")
    return known


def _fetch(url: str) -> dict[str, Any]:
    try:
        found = get_json(url)
    except requests.HTTPError as error:
        raise ProviderError("not_discovered") from error
    except requests.JSONDecodeError as error:
        raise ProviderError("not_discovered") from error
    except requests.RequestException as error:
        raise ProviderError("unreachable") from error
    if not isinstance(found, dict):
        raise ProviderError("not_discovered")
    return found


def _checked(issuer: str, metadata: dict[str, Any]) -> dict[str, Any]:
    if metadata.get("issuer") != issuer:
        raise ProviderError("other_issuer", str(metadata.get("issuer", ""))[:255])
    urls = [metadata.get(name) for name in ENDPOINTS]
    if not all(isinstance(url, str) and is_acceptable_url(url) for url in urls):
        raise ProviderError("endpoints")
    offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    if not isinstance(offered, list) or not set(map(str, offered)) & set(ALGORITHMS):
        raise ProviderError("algorithms")
    return metadata


def begin(client: Client, metadata: dict[str, Any], redirect_uri: str, **extra: str) -> tuple[str, Attempt]:
    """Where to send the browser, and what to keep meanwhile; asks nobody.

    metadata: as discovered. extra: further parameters of the request; empty ones are left out.
    """
    attempt = Attempt(*(secrets.token_urlsafe(48) for _ in range(3)))
    with _session(client, metadata, redirect_uri) as session:
        url, _state = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
            **{name: value for name, value in extra.items() if value},
        )
    return str(url), attempt


def complete(
    client: Client, redirect_uri: str, attempt: Attempt, *, code: str, iss: str = ""
) -> dict[str, Any]:
    """Redeem the code; the verified claims of the ID token, completed by userinfo. Raises ProviderError.

    iss: what came beside the code (RFC 9207), against providers that are mixed up.
    """
    metadata = discover(client.issuer)
    demanded = metadata.get("authorization_response_iss_parameter_supported") is True
    if (iss or demanded) and iss != client.issuer:
        raise ProviderError("token", "iss")
    token = _redeem(client, metadata, redirect_uri, attempt, code)
    claims = _verified(client, metadata, attempt, token)
    return _with_userinfo(client, metadata, claims, str(token.get("access_token", "")))


def _session(client: Client, metadata: dict[str, Any], redirect_uri: str) -> Any:
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" in methods
    session = OAuth2Session(
        client_id=client.client_id,
        client_secret=client.secret or None,
        token_endpoint_auth_method=("client_secret_basic" if basic else "client_secret_post")
        if client.secret
        else "none",
        scope=client.scopes,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )
    guard(session)
    return session


def _redeem(
    client: Client, metadata: dict[str, Any], redirect_uri: str, attempt: Attempt, code: str
) -> dict[str, Any]:
    with _session(client, metadata, redirect_uri) as session:
        try:
            token = session.fetch_token(
                metadata["token_endpoint"], code=code, code_verifier=attempt.verifier, allow_redirects=False
            )
        except OAuthError as error:
            raise ProviderError("refused", str(error.error)[:100]) from error
        except requests.JSONDecodeError as error:
            raise ProviderError("refused") from error
        except requests.HTTPError as error:
            raise ProviderError("refused") from error
        except requests.RequestException as error:
            raise ProviderError("unreachable") from error
    if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
        raise ProviderError("token", "id_token")
    return token


def _verified(
    client: Client, metadata: dict[str, Any], attempt: Attempt, token: dict[str, Any]
) -> dict[str, Any]:
    """Signature, then iss, aud, azp, exp, iat, nonce and at_hash (OpenID Connect Core, section 3.1.3.7)."""
    signed = _signed(metadata["jwks_uri"], token["id_token"])
    options: Any = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "sub": {"essential": True},
    }
    params = {
        "nonce": attempt.nonce,
        "client_id": client.client_id,
        "access_token": token.get("access_token"),
    }
    claims = CodeIDToken(signed.claims, signed.header, options, params)
    try:
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderError("token", getattr(error, "claim", "") or type(error).__name__) from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise ProviderError("token", "sub")
    return dict(claims)


def _signed(jwks_uri: str, token: str) -> Any:
    """The decoded token; keys are fetched anew once if none of those remembered fits."""
    for fresh in (False, True):
        try:
            return jwt.decode(token, _keys(jwks_uri, fresh=fresh), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            failure = error
    raise ProviderError("token", type(failure).__name__) from failure


def _keys(jwks_uri: str, *, fresh: bool) -> KeySet:
    key = f"sso:jwks:{jwks_uri}"
    known = None if fresh else cache.get(key)
    if known is None:
        known = _fetch(jwks_uri)
        cache.set(key, known, REMEMBERED)
    usable: Any = _usable(known)
    return KeySet.import_key_set(usable)


def _usable(jwks: dict[str, Any]) -> dict[str, Any]:
    """Without keys for encryption and of types that joserfc doesn't know, which would spoil the others."""
    keys = jwks.get("keys")
    kept = (
        [
            key
            for key in keys
            if isinstance(key, dict)
            and key.get("kty") in {"RSA", "EC", "OKP"}
            and key.get("use", "sig") == "sig"
        ]
        if isinstance(keys, list)
        else []
    )
    return {"keys": kept}


def _with_userinfo(
    client: Client, metadata: dict[str, Any], claims: dict[str, Any], access_token: str
) -> dict[str, Any]:
    """Some providers put address or groups into userinfo only. The ID token's claims win."""
    url = metadata.get("userinfo_endpoint")
    complete = email_of(claims) and client.groups_claim.split(".")[0] in claims
    if complete or not access_token or not isinstance(url, str) or not is_acceptable_url(url):
        return claims
    try:
        found = get_json(url, Authorization=f"Bearer {access_token}")
    except requests.RequestException:
        return claims  # what is missing then is told as missing
    if not isinstance(found, dict) or not hmac.compare_digest(
        str(found.get("sub", "")).encode(), str(claims["sub"]).encode()
    ):
        raise ProviderError("token", "userinfo")
    return {**found, **claims}
