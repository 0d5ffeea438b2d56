"""The issuer's keys as the process holds them: decrypted and parsed once, read anew after a short while."""

import json
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from joserfc.jwk import Key, import_key

from consortium.crypto import decrypt
from identity.models import SigningKey

from .errors import ServerError

TTL: Final = 60.0
"""Seconds; must be much shorter than the lead of a rotation (identity.actions.signing_keys.LEAD)."""


@dataclass(frozen=True)
class Ring:
    """jwks: the published set. signing: (kid, algorithm, private key), or None before the first key."""

    jwks: dict[str, list[dict[str, Any]]]
    signing: tuple[str, str, Key] | None


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
    return _holder.get()


def forget() -> None:
    """Read again at the next use (tests, and a process that rotated keys itself)."""
    _holder.forget()


def signing_key() -> tuple[str, str, Key]:
    """(kid, algorithm, private key). Raises ServerError when no key has been created."""
    held = ring().signing
    if held is None:
        raise ServerError
    return held


def _read() -> Ring:
    published = list(SigningKey.objects.published())
    active = SigningKey.objects.signing().first()
    return Ring(
        jwks={"keys": [key.public for key in published]},
        signing=(active.kid, active.algorithm, import_key(json.loads(decrypt(active.private))))
        if active
        else None,
    )
