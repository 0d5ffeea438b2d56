"""Real workers and beat as processes of their own, each with its own login on the test database."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from consortium.embedded.process import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
WORKER = ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]


def dsn(kind: str) -> str:
    """Of a login on the test database."""
    address = urlsplit(json.loads(os.environ["LOGINS"])[kind])
    return address._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


class Process:
    """A celery process at the head of its own group, so that parent and child are killed at once."""

    def __init__(self, kind: str, arguments: list[str], log: Path) -> None:
        self.log = log
        self._start = lambda: subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "consortium", *arguments],
            cwd=ROOT,
            env={**os.environ, "SURFACE": kind, "DATABASE_URL": dsn(kind), "LOG_LEVEL": "INFO"},
            stdout=log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 (no threads yet)
        )
        self.process = self._start()

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """kill -9 for parent and children."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.process = self._start()


@contextmanager
def running(folder: Path) -> Iterator[dict[str, Process]]:
    """Both workers and beat: {"worker", "report", "beat"}."""
    arguments = {
        "worker": ("worker", [*WORKER, "-Q", "default", "-n", "default@%h"]),
        "report": ("report", [*WORKER, "-Q", "reports", "-n", "reports@%h"]),
        "beat": ("worker", ["beat", "--pidfile", ""]),
    }
    with ExitStack() as stack:
        started = {}
        for name, (kind, options) in arguments.items():
            started[name] = Process(kind, options, folder / f"{name}.log")
            stack.callback(started[name].kill)
        yield started


@contextmanager
def locked(table: str, mode: str) -> Iterator[Callable[[], bool]]:
    """Hold a table lock as the owner; yields a question: does somebody wait for it?"""
    with psycopg.connect(dsn("migrate")) as holder:
        holder.execute("SET ROLE owner")
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        yield lambda: holder.execute(waiting, [table]).fetchone() != (0,)
        holder.rollback()


def until(condition: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait; returns the seconds it took. Raises AssertionError."""
    started = time.monotonic()
    while not condition():
        took = time.monotonic() - started
        assert took < seconds, f"{what} took longer than {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started
