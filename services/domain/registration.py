"""What a client may register: redirect URIs and public keys. Answers name the problem."""

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1"})
MAX_URI = 500
MAX_URIS = 20
MAX_KEYS = 10
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEY_TYPES = frozenset({"EC", "OKP", "RSA"})


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
    """Why this is no set of public keys (RFC 7517): private or symmetric key material is refused."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or not all(isinstance(key, Mapping) for key in keys):
        return KeysProblem.FORM
    if not 1 <= len(keys) <= MAX_KEYS:
        return KeysProblem.COUNT
    if any(_PRIVATE_MEMBERS & key.keys() for key in keys):
        return KeysProblem.PRIVATE
    return None if all(key.get("kty") in _KEY_TYPES for key in keys) else KeysProblem.KEY_TYPE
