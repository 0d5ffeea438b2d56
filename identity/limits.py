"""Attempts counted in the cache, in fixed windows."""

import hashlib
import time

from django.core.cache import cache


def exceeded(kind: str, value: str, *, limit: int, seconds: int) -> bool:
    """Count one attempt; True once there were more than `limit` in this window."""
    key = _key(kind, value, seconds)
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it expired in between
        return False


def is_spent(kind: str, value: str, *, limit: int, seconds: int) -> bool:
    """Whether `limit` attempts were counted in this window; counts none."""
    return int(cache.get(_key(kind, value, seconds), 0)) >= limit


def _key(kind: str, value: str, seconds: int) -> str:
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    return f"identity:attempts:{kind}:{digest}:{int(time.time()) // seconds}"
