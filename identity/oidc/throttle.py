"""Rate limits per address and client: fixed windows of a minute, counted in Valkey in a round trip each.

Without Valkey nothing is counted and nothing refused, as on the API (consortium.api.limits).
"""

import hashlib
import time
from typing import Final

from django.conf import settings
from redis.exceptions import RedisError
from structlog import get_logger

from consortium.valkey import Script

from .clients import Client
from .errors import TemporarilyUnavailableError

log = get_logger()

WINDOW: Final = 60
PER_ADDRESS: Final = settings.OIDC_LIMITS.get("address", 3000)
"""A service's server sends the requests of all its residents from one address."""
PER_CLIENT: Final = settings.OIDC_LIMITS.get("client", 6000)
PUBLIC: Final = settings.OIDC_LIMITS.get("public", 600)
"""A public client at one address: it runs on residents' devices, many of which may share one."""
MACHINE: Final = settings.OIDC_LIMITS.get("machine", 300)
"""Tokens of one client in its own name: they are made to be kept for ten minutes."""
FAILURES: Final = settings.OIDC_LIMITS.get("failure", 30)
"""Failed client authentications and unknown codes or tokens, per address: no room for guessing."""
INTERACTIONS: Final = settings.OIDC_LIMITS.get("browser", 120)
"""Authorization requests of one browser's address."""

# An increment of 0 looks without counting.
_COUNT: Final = f"""
local counts = {{}}
for i, key in ipairs(KEYS) do
    if ARGV[i] == '0' then
        counts[i] = tonumber(redis.call('GET', key) or '0')
    else
        counts[i] = redis.call('INCRBY', key, ARGV[i])
        if counts[i] == tonumber(ARGV[i]) then redis.call('EXPIRE', key, {2 * WINDOW}) end
    end
end
return counts
"""
_script: Final = Script(_COUNT)


def admit(kind: str, caller: str) -> None:
    """Counts a call to an endpoint by address; refuses callers that failed too often.

    kind: the endpoint's name. Raises TemporarilyUnavailableError.
    """
    failed, called = _counted(("failure", caller, 0), (kind, caller, 1))
    if failed >= FAILURES or called > PER_ADDRESS:
        raise TemporarilyUnavailableError(_seconds_left())


def admit_client(client: Client, caller: str, *, machine: bool = False) -> None:
    """Counts a call of a client that has proved who it is. Anybody could say to be a public one and use up
    what it may ask: its calls count for each address on its own. machine: for a token in its own name, which
    counts twice. Raises TemporarilyUnavailableError.
    """
    if not client.is_confidential:
        count("public", f"{client.client_id} {caller}", PUBLIC)
        return
    limits = {"client": PER_CLIENT, **({"machine": MACHINE} if machine else {})}
    counts = _counted(*((kind, client.client_id, 1) for kind in limits))
    if any(count > limit for count, limit in zip(counts, limits.values(), strict=True)):
        raise TemporarilyUnavailableError(_seconds_left())


def count(kind: str, value: str, limit: int) -> None:
    """Raises TemporarilyUnavailableError beyond `limit` in this minute."""
    if _counted((kind, value, 1))[0] > limit:
        raise TemporarilyUnavailableError(_seconds_left())


def note(kind: str, value: str) -> None:
    """Count without refusing."""
    _counted((kind, value, 1))


def _counted(*calls: tuple[str, str, int]) -> list[int]:
    """calls: kind, whom, increment. How often each was counted in this minute; zeros without Valkey."""
    window = int(time.time()) // WINDOW
    keys = [_key(kind, value, window) for kind, value, _ in calls]
    try:
        return [int(count) for count in _script(keys, [step for _, _, step in calls])]
    except (RedisError, OSError):
        log.warning("rate_limits_not_counted")
        return [0] * len(calls)


def _seconds_left() -> int:
    return WINDOW - int(time.time()) % WINDOW


def _key(kind: str, value: str, window: int) -> str:
    digest = hashlib.sha256(value.encode(errors="replace")).hexdigest()[:32]
    return f"oidc:{kind}:{digest}:{window}"
