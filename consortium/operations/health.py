"""Is this process able to serve? What it needs at every request, and what runs beside it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from redis.exceptions import RedisError
from structlog import get_logger

from . import pulse

log = get_logger()
KEPT_SECONDS: Final = 2.0
"""A flood of probes asks the databases no more often than this."""
PATIENCE: Final = 2
UNSEALED_SECONDS: Final = 300
WAITING_SECONDS: Final = 900
_APPLIED: Final = "SELECT app, name FROM django_migrations"


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Check:
    """detail: for operators; it names neither hosts nor tenants."""

    name: str
    status: Status
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """Unavailable if anything the process itself needs is; degraded if only what runs beside it is."""

    checks: tuple[Check, ...]

    @property
    def status(self) -> Status:
        found = {check.status for check in self.checks}
        return next(s for s in (Status.UNAVAILABLE, Status.DEGRADED, Status.OK) if s in found)


class Remembered:
    """The last report, for `KEPT_SECONDS`."""

    def __init__(self) -> None:
        self.report: Report | None = None
        self.until = 0.0

    def get(self) -> Report:
        if self.report is None or time.monotonic() > self.until:
            report = examine()
            _note_change(report, self.report)
            self.report, self.until = report, time.monotonic() + KEPT_SECONDS
        return self.report

    def forget(self) -> None:
        self.report = None


readiness = Remembered()


def examine() -> Report:
    return Report((*_database(), *_valkey()))


def _database() -> Iterator[Check]:
    """On a connection of its own: a busy pool is no outage, and waiting for it would be no answer."""
    try:
        missing = known_migrations() - applied_migrations()
    except psycopg.Error as error:
        yield Check("database", Status.UNAVAILABLE, type(error).__name__)
        return
    yield Check("database", Status.OK)
    names = ", ".join(sorted(f"{app}.{name}" for app, name in missing))
    yield Check("migrations", Status.UNAVAILABLE if missing else Status.OK, names)


def applied_migrations() -> set[tuple[str, str]]:
    """Raises psycopg.Error."""
    given: dict[str, Any] = connection.get_connection_params()
    options = {**given, "connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE}s"}
    with psycopg.connect(**options) as own:
        return set(own.execute(_APPLIED).fetchall())


@cache
def known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def _valkey() -> Iterator[Check]:
    try:
        found = pulse.pulses()
    except RedisError as error:
        yield Check("valkey", Status.UNAVAILABLE, type(error).__name__)
        return
    yield Check("valkey", Status.OK)
    yield from (_alive(queue, found.get(queue)) for queue in pulse.QUEUES)
    if default := found.get("default"):
        yield from _backlogs(default)


def _alive(queue: str, last: pulse.Pulse | None) -> Check:
    late = last is None or last.age > pulse.LATE_AFTER
    detail = f"last pulse {last.age:.0f} s ago" if last else "no pulse"
    return Check(f"worker {queue}", Status.DEGRADED if late else Status.OK, detail)


def _backlogs(last: pulse.Pulse) -> Iterator[Check]:
    for name, (entries, age) in last.backlogs.items():
        longest = UNSEALED_SECONDS if name == "unsealed" else WAITING_SECONDS
        late = age + last.age > longest and entries
        yield Check(name, Status.DEGRADED if late else Status.OK, f"{entries} entries, oldest {age:.0f} s")


def _note_change(report: Report, before: Report | None) -> None:
    """One log line when the status changes, not one for each probe."""
    if before is None or before.status != report.status:
        wrong = {check.name: check.detail for check in report.checks if check.status != Status.OK}
        log.warning("readiness_changed", status=report.status, wrong=wrong)
