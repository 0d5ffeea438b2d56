"""Demonstrating Proof of Possession (RFC 9449): whoever shows a token shows that she holds its key.

A proof is a JWT for one request, signed with the key it carries. Everything that can be told from the
proof and the request alone is decided here, for the token endpoint and for any resource.
"""

import base64
import hashlib
import secrets
import time
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key
from joserfc.jws import CompactSignature, JWSRegistry

from .assertion import ALGORITHMS, hash_of, is_time, remember

HEADER: Final = "DPoP"
NONCE_HEADER: Final = "DPoP-Nonce"
TYPE: Final = "dpop+jwt"
LONGEST: Final = 4096
OLDEST: Final = 300
"""Seconds since a proof was made; its nonce is what keeps proofs from being made ahead of time."""
LEEWAY: Final = 30
NONCE_LIFE: Final = 300
"""Seconds during which one nonce is handed out; it is good until the next one's time is over."""
SMALLEST_RSA: Final = 2048


class _Registry(JWSRegistry):
    """Joserfc's, with room in the header for an RSA key."""

    max_header_length = 2048


_REGISTRY: Final = _Registry(algorithms=ALGORITHMS, strict_check_header=False)
_PORTS: Final = {"http": 80, "https": 443}


class ProofError(OAuth2Error):
    """What is wrong with a proof, or with there being none."""


class InvalidProofError(ProofError):
    """RFC 9449 section 5."""

    error = "invalid_dpop_proof"


class UseNonceError(ProofError):
    """RFC 9449 sections 8 and 9: the caller repeats its request with the nonce of this answer."""

    error = "use_dpop_nonce"
    description = "Repeat the request with a DPoP proof that has the nonce of the DPoP-Nonce header."

    def get_headers(self) -> list[tuple[str, str]]:
        return [*super().get_headers(), (NONCE_HEADER, nonce())]


def proven_key(proof: str, *, method: str, url: str, access_token: str = "") -> str:
    """The thumbprint (RFC 7638) of the key that a `DPoP` header proves for this request.

    url: of the request; its query does not count. access_token: at a resource, the token that came with
    it. Each proof is good once. Raises InvalidProofError, UseNonceError.
    """
    token, key = _read(proof)
    _check_request(token.claims, method, url)
    if access_token and token.claims.get("ath") != ath_of(access_token):
        raise InvalidProofError("ath of the DPoP proof is not the hash of the access token.")
    _check_time(token.claims)
    thumbprint = key.thumbprint()
    _use_up(thumbprint, token.claims)
    return thumbprint


def ath_of(access_token: str) -> str:
    return _base64url(hashlib.sha256(access_token.encode()).digest())


def nonce(*, earlier: int = 0) -> str:
    """Nothing is stored: a nonce tells by itself when it was handed out. earlier: in windows."""
    window = int(time.time()) // NONCE_LIFE - earlier
    return _base64url(salted_hmac("identity.oidc.dpop", str(window), algorithm="sha256").digest())


def hand_nonce(response: HttpResponse) -> HttpResponse:
    """For the caller's next proof."""
    response[NONCE_HEADER] = nonce()
    return response


def _read(proof: str) -> tuple[jwt.Token, ECKey | OKPKey | RSAKey]:
    try:
        if len(proof) > LONGEST:
            raise ValueError("too long")
        keys: list[ECKey | OKPKey | RSAKey] = []
        token = jwt.decode(proof, lambda held: _carried_key(held, keys), ALGORITHMS, _REGISTRY)
        return token, keys[0]
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise InvalidProofError(
            f"The DPoP header must hold one JWT of type {TYPE}, signed with {', '.join(ALGORITHMS)} "
            "by the public key in its jwk."
        ) from None


def _carried_key(held: Any, keys: list[Any]) -> Any:
    header = held.headers() if isinstance(held, CompactSignature) else {}
    key = import_key(header["jwk"]) if isinstance(header.get("jwk"), dict) else None
    if header.get("typ") != TYPE or not isinstance(key, ECKey | OKPKey | RSAKey) or key.is_private:
        raise ValueError("typ or jwk")
    if isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA:
        raise ValueError("short key")
    keys.append(key)
    return key


def _check_request(claims: dict[str, Any], method: str, url: str) -> None:
    if claims.get("htm") != method:
        raise InvalidProofError("htm of the DPoP proof is not the method of the request.")
    named = claims.get("htu")
    if not isinstance(named, str) or _address(named) != _address(url):
        raise InvalidProofError("htu of the DPoP proof is not the address of the request.")


def _check_time(claims: dict[str, Any]) -> None:
    now, made = time.time(), claims.get("iat")
    if made is None or not is_time(made) or not now - OLDEST <= made <= now + LEEWAY:
        raise InvalidProofError(f"iat of the DPoP proof must lie within the last {OLDEST} seconds.")
    for name in ("exp", "nbf"):
        if name in claims and not is_time(claims[name]):
            raise InvalidProofError(f"{name} of the DPoP proof must be a time.")
    if claims.get("exp", now) < now - LEEWAY or claims.get("nbf", now) > now + LEEWAY:
        raise InvalidProofError("The DPoP proof is not valid at this time.")
    given = claims.get("nonce")
    if not isinstance(given, str) or not any(_same(given, nonce(earlier=n)) for n in (0, 1)):
        raise UseNonceError


def _use_up(thumbprint: str, claims: dict[str, Any]) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise InvalidProofError("jti of the DPoP proof is missing.")
    if not remember(f"oidc:dpop:{hash_of(thumbprint, jti)}", OLDEST + LEEWAY):
        raise InvalidProofError("The DPoP proof was used before: make a new one for each request.")


def _address(url: str) -> tuple[str, str, int | None, str] | None:
    """Without query and fragment, normalised by scheme (RFC 3986 section 6.2.3)."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, (parts.hostname or "").lower(), port, parts.path or "/"


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(errors="replace"), other.encode())


def _base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
