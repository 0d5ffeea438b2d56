"""One connection to Valkey for each thread: for what is asked with every call of a service.

Django's cache and redis-py's client look up a pool, measure and guard each command, which costs three times
as much as the command itself. Keys are not prefixed: callers name theirs in full.
"""

import hashlib
from threading import local
from typing import Any, Final

from django.conf import settings
from redis import Connection, ConnectionPool
from redis.exceptions import ConnectionError as LostError
from redis.exceptions import NoScriptError

_held: Final = local()


def ask(*command: str | int) -> Any:
    """The answer; sent once more where the server went away in between. Raises RedisError, OSError."""
    try:
        return _exchange(command)
    except (LostError, OSError):
        return _exchange(command)


class Script:
    """Lua that runs whole, known to the server by its digest."""

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self._digest: Final = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: list[str], values: list[int]) -> Any:
        """Raises RedisError, OSError."""
        try:
            return ask("EVALSHA", self._digest, len(keys), *keys, *values)
        except NoScriptError:
            return ask("EVAL", self._text, len(keys), *keys, *values)


def _exchange(command: tuple[str | int, ...]) -> Any:
    connection = _connection()
    connection.send_command(*command)  # type: ignore[no-untyped-call]  # redis-py
    return connection.read_response()


def _connection() -> Connection:
    """It connects by itself, again too, and not to another server once the settings name one."""
    if getattr(_held, "url", None) != settings.REDIS_URL:
        pool = ConnectionPool.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        _held.url, _held.connection = settings.REDIS_URL, pool.make_connection()
    return _held.connection  # type: ignore[no-any-return]  # of a local
