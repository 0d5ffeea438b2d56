"""Attempts counted in the cache, in fixed windows."""

import hashlib
import time

from django.core.cache import cache


def exceeded(kind: str, value: str, *, limit: int, seconds: int) -> bool:
    """Count one attempt; True once there were more than `limit` in this window."""
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    key = f"identity:attempts:{kind}:{digest}:{int(time.time()) // seconds}"
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it expired in between
        return False
