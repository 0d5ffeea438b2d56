"""Attempts counted in the cache, in fixed windows."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def exceeded(kind: str, value: str, *, limit: int, seconds: int) -> bool:
    """Count one attempt; True once there were more than `limit` in this window."""
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    key = f"identity:attempts:{kind}:{digest}:{int(time.time()) // seconds}"
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > limit)
    except ValueError:  # it expired in between
        return False


def address(request: HttpRequest) -> str:
    """The caller's address; behind our proxy, the one that the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
