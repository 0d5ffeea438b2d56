"""What is logged of requests and jobs: enough to find the cause, and nobody's personal data."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from consortium import logs
from consortium.embedded.place import free_port
from deploy.throwaway import ROOT
from tests.jobs.processes import dsn, until

NUMBER, ADDRESS, TYPED = "123456789018", "taro.yamada@example.jp", "山田太郎"
TOKEN = "Zm9vYmFyMTIzNDU2Nzg5MEFCQ0RFRkdISUpLTE1O"


def cleaned(**event: Any) -> dict[str, Any]:
    return dict(logs.drop_personal(None, "info", event))


@pytest.mark.parametrize("key", ["name", "Email", "my_number", "address", "token", "cookies"])
def test_keys_that_name_somebody_lose_their_value(key: str) -> None:
    assert cleaned(outer={key: TYPED})["outer"][key] == "[dropped]"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"no account {ADDRESS}", "no account [address]"),
        (f"{NUMBER} 1234-5678-9018 １２３４ ５６７８ ９０１８", "[number] [number] [number]"),
        (f"Not Found: /m/102016/plans/?q={TYPED}&page=2", "Not Found: /m/102016/plans/?[query]"),
        (f"GET /staff-invitations/{TOKEN}/", "GET /staff-invitations/[token]/"),
        ("/accounts/password/reset/key/3-cabc12-0f0f/", "/accounts/password/reset/key/[key]/"),
        ("postgres://portal_login:hunter2@db:5432/x", "postgres://[password]@db:5432/x"),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer [bearer]"),
        (
            f"duplicate key\nDETAIL:  Key (email)=({ADDRESS}) exists.\nmore",
            "duplicate key\nDETAIL:[detail]\nmore",
        ),
    ],
)
def test_texts_lose_what_looks_personal(text: str, left: str) -> None:
    assert logs.scrub(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "0192d3c4-5b6a-7c8d-9e0f-123456789018",
        "8a3a631883fe493b950f324cbce9d709",
        "job_done consortium.reporting.tasks.run_report",
        "municipality 102016, 2026-11-23T12:46:07.123456Z",
        'File "/srv/app/consortium/jobs/base.py", line 84, in _carry_out',
        "is that so? yes",
    ],
)
def test_identifiers_stay(text: str) -> None:
    assert logs.scrub(text) == text


def test_values_of_every_kind() -> None:
    event = cleaned(
        rows=[ADDRESS], number=int(NUMBER), count=3, done=True, nothing=None, error=ValueError(ADDRESS)
    )
    assert event == {
        "rows": ["[address]"], "number": "[number]", "count": 3, "done": True, "nothing": None,
        "error": "[address]",
    }  # fmt: skip


@pytest.mark.django_db
def test_the_error_page_shows_the_requests_id(client: Client) -> None:
    answer = client.get("/no/such/page/", headers={"Accept": "text/html"})
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.fixture
def portal(tmp_path: Path, transactional_db: None) -> Iterator[tuple[int, Path]]:
    """(port, log): a real granian that writes its access log too, as the portal's login."""
    if "LOGINS" not in os.environ:
        pytest.skip("no DSN for each login: run by make test")
    port, log = free_port(), tmp_path / "portal.log"
    environment = {
        **os.environ,
        "SURFACE": "portal",
        "DEBUG": "1",  # no manifest of static files is needed
        "DATABASE_URL": dsn("portal"),
        "LOG_LEVEL": "INFO",
        "PORTAL_URL": f"http://localhost:{port}",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "consortium.wsgi:application"]
    command += ["--port", str(port), "--access-log", "--access-log-fmt", "access %(status)d %(dt_ms).1f"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log.open("ab"), stderr=subprocess.STDOUT
    )
    try:
        until(lambda: status(port, "/healthz") == 200, 60, "starting")
        yield port, log
    finally:
        process.terminate()
        process.wait(20)


def status(port: int, path: str, method: str = "GET", **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": f"localhost:{port}", **headers})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.slow
def test_real_requests_leave_nothing_personal(portal: tuple[int, Path]) -> None:
    port, log = portal
    request_id = str(uuid4())
    paths = (f"/no/{NUMBER}/?q={ADDRESS}", f"/m/102016/plans/?q={TYPED.encode().hex()}", f"/x/{TOKEN}/")
    for path in paths:
        status(port, path, **{"X-Request-ID": request_id, "Cookie": f"portal_session={TOKEN}"})
    status(port, "/accounts/login/", "POST", **{"X-Request-ID": NUMBER})
    status(port, "/", Host=f"{NUMBER}.example.jp")
    until(lambda: log.read_text().count('"event": "request"') >= 5, 10, "logging")
    text = log.read_text()
    assert request_id in text
    assert not {told for told in (NUMBER, ADDRESS, TOKEN, TYPED.encode().hex()) if told in text}
    ours = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert {"unmatched", "shared_plans:plans"} <= {line.get("view") for line in ours}
    assert text.count("access ") >= 5


def test_a_job_that_breaks_tells_no_detail(capsys: pytest.CaptureFixture[str]) -> None:
    """Celery's own line of a failed task quotes its arguments and its error."""
    done = subprocess.run(
        [sys.executable, "-c", BREAKING],
        check=False,
        cwd=ROOT,
        env={**os.environ, "LOG_LEVEL": "INFO"},
        capture_output=True,
        text=True,
    )
    assert "broken by" in done.stderr, done.stderr
    assert not {told for told in (NUMBER, ADDRESS) if told in done.stderr}


BREAKING = f"""
import django
django.setup()
from consortium.celery import app
from consortium.tenancy.tasks import HOUSEKEEPING, ContextTask
class Broken(ContextTask):
    name = "tests.broken"
    def run(self, **given):
        raise ValueError("broken by {ADDRESS} {NUMBER}")
task = app.register_task(Broken())
task.apply(headers=HOUSEKEEPING, kwargs={{"given": "{NUMBER}"}})
"""
