"""Rate limits per address and client: fixed windows of a minute, counted in Valkey.

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


class Call:
    """A call to an endpoint, counted for its address and for its client in one round trip.

    That is when the client has proved who it is, or when it was refused before. kind: the endpoint's name.
    """

    def __init__(self, kind: str, caller: str) -> None:
        self.kind, self.caller = kind, caller
        self._is_counted = self._is_over = False

    def admit(self, client: Client, *, machine: bool = False) -> None:
        """Anybody could say to be a public client and use up what it may ask: its calls count for each
        address on its own. machine: for a token in its own name, which counts twice. Nothing was done for
        the client yet. Raises TemporarilyUnavailableError, also for callers that failed too often. Once more
        it says the same, and counts nothing.
        """
        if self._is_counted:
            self._require_room()
            return
        limits = [("client", client.client_id, PER_CLIENT)]
        if not client.is_confidential:
            limits = [("public", f"{client.client_id} {self.caller}", PUBLIC)]
        elif machine:
            limits.append(("machine", client.client_id, MACHINE))
        self._count(*limits)

    def end(self, *, failed: bool) -> None:
        """It was refused. failed: which counts against its address. Raises TemporarilyUnavailableError in
        place of the refusal, if it was not admitted: a caller that failed too often learns no more.
        """
        if not self._is_counted:
            self._count(failed=failed)
        elif failed:
            _counted(("failure", self.caller, 1))

    def _count(self, *limits: tuple[str, str, int], failed: bool = False) -> None:
        self._is_counted = True
        known = [("failure", self.caller, FAILURES), (self.kind, self.caller, PER_ADDRESS), *limits]
        steps = [int(failed), *[1] * (len(known) - 1)]
        failures, *counts = _counted(
            *((kind, whom, step) for (kind, whom, _), step in zip(known, steps, strict=True))
        )
        over = any(count > limit for count, (_, _, limit) in zip(counts, known[1:], strict=True))
        self._is_over = over or failures - failed >= FAILURES
        self._require_room()

    def _require_room(self) -> None:
        if self._is_over:
            raise TemporarilyUnavailableError(_seconds_left())


def count(kind: str, value: str, limit: int) -> None:
    """Raises TemporarilyUnavailableError beyond `limit` in this minute."""
    if _counted((kind, value, 1))[0] > limit:
        raise TemporarilyUnavailableError(_seconds_left())


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
