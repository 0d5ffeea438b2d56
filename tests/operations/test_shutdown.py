"""SIGTERM, as an orchestrator sends it at every deployment: nothing that was begun is lost."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from consortium.embedded.place import free_port
from consortium.jobs.models import Job, State
from consortium.jobs.queue import enqueue
from consortium.operations.tasks import KEEP_HOUSE
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from deploy.throwaway import ROOT
from tests.jobs.processes import WORKER, Process, dsn, locked, until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]
STARTED, ENDED = 60, 20  # seconds


def get(port: int, path: str) -> int:
    """The status, 0 while nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=ENDED)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    shared = tmp_path / "metrics"
    shared.mkdir()
    environment = {
        **os.environ,
        "SURFACE": "portal",
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": dsn("portal"),
        "DEBUG": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(shared),
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "consortium.wsgi:application"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "2"]
    with (tmp_path / "portal.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        until(lambda: get(port, "/healthz") == 200, STARTED, "starting")
        yield port, process
    finally:
        process.kill()
        process.wait()


def test_metrics_count_both_workers_and_a_request_in_flight_is_answered(
    portal: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = portal
    for _time in range(8):
        assert get(port, "/accounts/login/") == 200
    for _time in range(4):
        counted = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        assert re.search(r'request_seconds_count\{[^}]*view="account_login"\} 8\.0', counted)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(get(port, "/readyz")))
    with locked("django_migrations", "ACCESS EXCLUSIVE") as somebody_waits:
        asking.start()
        until(somebody_waits, 10, "reaching the database")
        process.send_signal(signal.SIGTERM)
        until(lambda: get(port, "/healthz") == 0, 1.5, "closing the door")
    asking.join(ENDED)
    assert answers == [200]
    assert process.wait(ENDED) == 0


def test_a_job_in_hand_is_finished_and_the_next_worker_begins_none_twice(tmp_path: Path) -> None:
    worker = Process("worker", [*WORKER, "-Q", "default", "-n", "drill@%h"], tmp_path / "worker.log")
    beat = Process("worker", ["beat", "--pidfile", ""], tmp_path / "beat.log")
    try:
        until(lambda: "ready" in worker.log.read_text(), STARTED, "starting")
        beat.process.send_signal(signal.SIGTERM)
        with locked("identity_accesstoken", "ACCESS EXCLUSIVE") as somebody_waits:
            job = asked()
            until(somebody_waits, STARTED, "reaching the table")
            worker.process.send_signal(signal.SIGTERM)
            until(lambda: "Warm shutdown" in worker.log.read_text(), 10, "hearing")
        assert worker.process.wait(ENDED) == 0
        assert beat.process.wait(ENDED) == 0
    finally:
        worker.kill()
        beat.kill()
    with context.worker():
        done = Job.objects.get(pk=job)
    assert (done.state, done.attempts) == (State.DONE, 1)


def asked() -> object:
    with context.worker():
        return enqueue(by=system_actor("drill"), kind=KEEP_HOUSE, run_key="housekeeping:drill").pk
