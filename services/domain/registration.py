"""What a client may register: redirect URIs and public keys. Answers name the problem."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, RSAKey, import_key

LOOPBACK = frozenset({"localhost", "127.0.0.1"})
MAX_URI = 500
MAX_URIS = 20
MAX_KEYS = 10
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
MIN_RSA_BITS = 2048
_CURVES = {"EC": frozenset({"P-256"}), "OKP": frozenset({"Ed25519"})}
"""Those of ES256 and EdDSA; RSA keys sign PS256 (FAPI 2.0, section 5.4)."""
_KEY_TYPES = frozenset({*_CURVES, "RSA"})
_ALGORITHMS = {"EC": "ES256", "OKP": "EdDSA", "RSA": "PS256"}


class UriProblem(StrEnum):
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    WILDCARD = "wildcard"
    FRAGMENT = "fragment"
    SCHEME = "scheme"
    HOST = "host"


class KeysProblem(StrEnum):
    FORM = "form"
    PRIVATE = "private"
    KEY_TYPE = "key_type"
    COUNT = "count"
    UNREADABLE = "unreadable"
    SHORT = "short"
    USE = "use"
    KID = "kid"


def uri_problem(uri: str) -> UriProblem | None:
    """Why this is no redirect URI. They are compared letter by letter, so nothing is normalised or guessed.

    https, or http on the loopback host (RFC 8252, section 7.3); no fragment (RFC 6749, section 3.1.2).
    """
    if len(uri) > MAX_URI:
        return UriProblem.TOO_LONG
    if "*" in uri:
        return UriProblem.WILDCARD
    if "#" in uri:
        return UriProblem.FRAGMENT
    if not _ALLOWED.fullmatch(uri):
        return UriProblem.CHARACTERS
    return _address_problem(uri)


def _address_problem(uri: str) -> UriProblem | None:
    try:
        parts = urlsplit(uri)
        host, has_user = parts.hostname, "@" in parts.netloc
        parts.port  # noqa: B018 - reading it is what raises for a port that is none
    except ValueError:
        return UriProblem.HOST
    if parts.scheme not in {"https", "http"}:
        return UriProblem.SCHEME
    if not host or has_user:
        return UriProblem.HOST
    return UriProblem.SCHEME if parts.scheme == "http" and host not in LOOPBACK else None


def keys_problem(jwks: object) -> KeysProblem | None:
    """Why this is no set of public keys that can verify a client's signatures (RFC 7517).

    Private and symmetric material is refused first: it must not be tried out, let alone kept.
    """
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or not all(isinstance(key, Mapping) for key in keys):
        return KeysProblem.FORM
    if not 1 <= len(keys) <= MAX_KEYS:
        return KeysProblem.COUNT
    if any(_PRIVATE_MEMBERS & key.keys() for key in keys):
        return KeysProblem.PRIVATE
    return next(filter(None, map(_key_problem, keys)), None) or _kid_problem(keys)


def _key_problem(key: Mapping[str, Any]) -> KeysProblem | None:
    kind = key.get("kty")
    if kind not in _KEY_TYPES or (kind in _CURVES and key.get("crv") not in _CURVES[kind]):
        return KeysProblem.KEY_TYPE
    if key.get("use", "sig") != "sig" or key.get("alg", _ALGORITHMS[kind]) != _ALGORITHMS[kind]:
        return KeysProblem.USE
    read = _imported(key)
    if read is None:
        return KeysProblem.UNREADABLE
    too_short = isinstance(read, RSAKey) and read.public_key.key_size < MIN_RSA_BITS
    return KeysProblem.SHORT if too_short else None


def _imported(key: Mapping[str, Any]) -> Key | None:
    """None for numbers that are no key, e.g. a point that is not on its curve."""
    try:
        read = import_key(dict(key))
        read.public_key  # noqa: B018 - reading it is what makes the key
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None
    return read


def _kid_problem(keys: list[Mapping[str, Any]]) -> KeysProblem | None:
    """One key may go unnamed; of several each is found by its name alone (RFC 7515, section 4.1.4)."""
    names = [key.get("kid") for key in keys]
    named = all(isinstance(name, str) and name for name in names)
    good = (named or (len(keys) == 1 and names == [None])) and len(set(map(str, names))) == len(names)
    return None if good else KeysProblem.KID
