"""Rate limits per client and address: fixed windows of a minute, counted in the cache."""

import hashlib
import time
from typing import Final

from django.core.cache import cache

from .errors import TemporarilyUnavailableError

WINDOW: Final = 60
PER_ADDRESS: Final = 3000
"""A service's server sends the requests of all its residents from one address."""
PER_CLIENT: Final = 6000
FAILURES: Final = 30
"""Failed client authentications and unknown codes or tokens, per address: no room for guessing."""
INTERACTIONS: Final = 120
"""Authorization requests of one browser's address."""


def count(kind: str, value: str, limit: int) -> None:
    """Raises TemporarilyUnavailableError beyond `limit` in this minute."""
    now = int(time.time())
    if _increment(_key(kind, value, now)) > limit:
        raise TemporarilyUnavailableError(WINDOW - now % WINDOW)


def check(kind: str, value: str, limit: int) -> None:
    """As `count`, without counting."""
    now = int(time.time())
    if int(cache.get(_key(kind, value, now)) or 0) >= limit:
        raise TemporarilyUnavailableError(WINDOW - now % WINDOW)


def note(kind: str, value: str) -> None:
    """Count without refusing."""
    _increment(_key(kind, value, int(time.time())))


def _increment(key: str) -> int:
    if cache.add(key, 1, 2 * WINDOW):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # the window ended between the two
        return 1


def _key(kind: str, value: str, now: int) -> str:
    digest = hashlib.sha256(value.encode(errors="replace")).hexdigest()[:32]
    return f"oidc:{kind}:{digest}:{now // WINDOW}"
