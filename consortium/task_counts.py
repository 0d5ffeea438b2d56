"""How many tasks ended how, and how long they took: counted in Valkey, where every web process can tell it.

Workers serve no HTTP that could be asked.
"""

from typing import Any, Final

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from structlog import get_logger

log = get_logger()
TIMEOUT: Final = 2  # seconds
_KEY: Final = "operations:tasks"


def valkey() -> "Redis":
    """Waits for two seconds at most. Its calls raise RedisError."""
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)


def add(task: str, outcome: str, seconds: float) -> None:
    """outcome: Celery's state, e.g. "SUCCESS". Never fails: no task is undone for want of a count."""
    try:
        with valkey() as server, server.pipeline() as pipeline:
            pipeline.hincrby(_KEY, f"count {outcome} {task}", 1)
            pipeline.hincrbyfloat(_KEY, f"seconds {outcome} {task}", round(seconds, 4))
            pipeline.execute()
    except RedisError:
        log.warning("task_not_counted", task=task)


def totals() -> dict[tuple[str, str, str], float]:
    """("count" or "seconds", outcome, task) -> sum since Valkey was set up. Raises RedisError."""
    with valkey() as server:
        stored: Any = server.hgetall(_KEY)
    named = {name.decode(): float(value) for name, value in stored.items()}
    return {_parts(name): value for name, value in named.items()}


def _parts(name: str) -> tuple[str, str, str]:
    kind, outcome, task = name.split(" ", 2)
    return kind, outcome, task
