"""The issuer's keys as a process holds them: read anew after a short while, parsed once."""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any, Final, NamedTuple

from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import Key, KeySet, import_key

from consortium import metrics
from consortium.crypto import decrypt
from identity.models import SigningKey

TTL: Final = 60.0
"""Seconds; must be much shorter than the lead of a rotation (identity.actions.signing_keys.LEAD)."""
DEFAULT_ALGORITHM: Final = "ES256"


class Signer(NamedTuple):
    kid: str
    algorithm: str
    key: Key


class NoKey(Exception):
    """No key of this algorithm may sign now."""


@dataclass(frozen=True, eq=False)
class Ring:
    """jwks: the published set. active: by algorithm. known: public keys of all that was ever signed here and
    can still be trusted: whoever shows an old ID token as a hint may show one of a key that is out of use."""

    jwks: dict[str, list[dict[str, Any]]]
    active: dict[str, SigningKey]
    known_keys: tuple[dict[str, Any], ...]

    @cached_property
    def known(self) -> KeySet:
        return KeySet.import_key_set({"keys": list(self.known_keys)})

    @cached_property
    def algorithms(self) -> list[str]:
        return sorted(self.active)


class _Holder:
    def __init__(self) -> None:
        self._lock = Lock()
        self._ring: Ring | None = None
        self._read_at = 0.0

    def get(self) -> Ring:
        with self._lock:
            if self._ring is None or time.monotonic() - self._read_at > TTL:
                self._ring, self._read_at = _read(), time.monotonic()
            return self._ring

    def forget(self) -> None:
        with self._lock:
            self._ring = None


_holder = _Holder()


def ring() -> Ring:
    """Needs rights to read keys: the identity surface's, or the worker's context."""
    return _holder.get()


def forget() -> None:
    """Read again at the next use (tests, and a process that rotated keys itself)."""
    _holder.forget()


def signer(algorithm: str = DEFAULT_ALGORITHM) -> Signer:
    """Raises NoKey."""
    held = ring().active.get(algorithm)
    if held is None:
        raise NoKey(algorithm)
    return Signer(held.kid, held.algorithm, _private_key(held.private))


def sign(claims: dict[str, Any], algorithm: str = DEFAULT_ALGORITHM, typ: str = "JWT") -> str:
    """A JWT in compact form. Raises NoKey."""
    kid, _, key = signer(algorithm)
    return jwt.encode({"alg": algorithm, "kid": kid, "typ": typ}, claims, key, [algorithm])


@lru_cache(maxsize=16)
def _private_key(sealed: str) -> Key:
    """Parsing one of RSA takes longer than signing with it."""
    return import_key(json.loads(decrypt(sealed)))


def _read() -> Ring:
    rows, now = list(SigningKey.objects.trusted()), timezone.now()
    active: dict[str, SigningKey] = {}
    for row in sorted(rows, key=lambda row: row.activates_at):
        if row.is_published(now) and row.activates_at <= now:
            active[row.algorithm] = row
    _measure(active, now)
    published = [row.public for row in rows if row.is_published(now)]
    return Ring({"keys": published}, active, tuple(row.public for row in rows))


def _measure(active: dict[str, SigningKey], now: datetime) -> None:
    for algorithm, row in active.items():
        metrics.SIGNING_KEY_AGE.labels(algorithm).set((now - row.activates_at).total_seconds())
