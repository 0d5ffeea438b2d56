"""Rate limits: fixed windows counted in Valkey, told to the caller (draft-ietf-httpapi-ratelimit-headers).

Without Valkey nothing is counted and nothing refused (docs/adr).
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError
from structlog import get_logger

log = get_logger()


@dataclass(frozen=True, slots=True)
class Policy:
    """quota calls in a window of that many seconds."""

    name: str
    quota: int
    window: int = 60


CLIENT: Final = Policy("client", 600)
"""Of one API token, or of one person's session."""
ADDRESS: Final = Policy("address", 3000)
"""All staff of a municipality may come from one address."""
ANONYMOUS: Final = Policy("anonymous", 60)
"""Of an address, without any credentials."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands under a policy: calls made in this window, this one included."""

    policy: Policy
    used: int
    reset: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.policy.quota


def count(policy: Policy, value: str) -> Standing | None:
    """Count one call; None when there is nothing to count with."""
    now = int(time.time())
    key = f"api:rate:{policy.name}:{_digest(value)}:{now // policy.window}"
    try:
        used = 1 if cache.add(key, 1, 2 * policy.window) else int(cache.incr(key))
    except ValueError:  # the window ended between the two
        used = 1
    except (RedisError, OSError):
        log.warning("rate_limits_not_counted")
        return None
    return Standing(policy, used, policy.window - now % policy.window)


def headers(standings: Iterable[Standing]) -> dict[str, str]:
    """RateLimit-Policy and RateLimit, a member for each policy that applied."""
    found = list(standings)
    if not found:
        return {}
    policies = ", ".join(f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window}' for one in found)
    left = ", ".join(
        f'"{one.policy.name}";r={max(0, one.policy.quota - one.used)};t={one.reset}' for one in found
    )
    return {"RateLimit-Policy": policies, "RateLimit": left}


def address(request: HttpRequest) -> str:
    """The caller's address; behind our proxy, the one that the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode(errors="replace")).hexdigest()[:32]
