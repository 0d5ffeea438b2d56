"""Probes: what a stranger learns, what an operator learns, and that nothing stands before them."""

import json
import time
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as ValkeyAway

from consortium.operations import health, pulse, tasks
from consortium.operations.health import readiness
from consortium.task_counts import valkey
from consortium.tenancy.tasks import HOUSEKEEPING

pytestmark = pytest.mark.django_db
STRANGER = {"REMOTE_ADDR": "203.0.113.7"}
OPERATOR = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    readiness.forget()
    with valkey() as server:
        server.delete("operations:pulses")


@pytest.fixture
def alive() -> None:
    for queue in pulse.QUEUES:
        pulse.beat(queue, {"unsealed": (3, 1.0)})


def ready(client: Client, **extra: Any) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz", **extra)
    return answer.status_code, answer.json()


def checks(client: Client) -> dict[str, str]:
    readiness.forget()
    return {check["name"]: check["status"] for check in ready(client, **OPERATOR)[1]["checks"]}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_stranger_learns_the_status_only(client: Client, alive: None, path: str) -> None:
    answer = client.get(path, **STRANGER)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_neither_host_nor_https_nor_sign_in_stand_before_it(
    client: Client, settings: LazySettings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["portal.example.jp"]
    assert client.get(path, **OPERATOR, HTTP_HOST="10.0.0.7:8000").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_both_surfaces_answer(client: Client, identity_surface: LazySettings, path: str) -> None:
    assert client.get(path, **OPERATOR).status_code == 200


def test_probes_only_read(client: Client) -> None:
    answer = client.post("/healthz")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert client.head("/healthz").status_code == 200


def test_an_operator_sees_each_check(client: Client, alive: None) -> None:
    found = checks(client)
    assert set(found) == {"database", "migrations", "valkey", "worker default", "worker reports", "unsealed"}
    assert set(found.values()) == {"ok"}


def test_silent_workers_degrade_and_do_not_fail(client: Client) -> None:
    assert ready(client, **STRANGER) == (200, {"status": "degraded"})
    with valkey() as server:
        late = json.dumps({"at": time.time() - 100, "backlogs": {}})
        server.hset("operations:pulses", "default", late)
    pulse.beat("reports", {})
    found = checks(client)
    assert (found["worker default"], found["worker reports"]) == ("degraded", "ok")


def test_a_long_backlog_degrades(client: Client, alive: None) -> None:
    pulse.beat("default", {"unsealed": (9, 1_000.0), "jobs default queued": (2, 10.0)})
    found = checks(client)
    assert (found["unsealed"], found["jobs default queued"]) == ("degraded", "ok")


def test_without_database_it_is_unavailable(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise psycopg.OperationalError("connection to 10.1.2.3 refused for portal_login")

    monkeypatch.setattr(health, "applied_migrations", away)
    status, body = ready(client, **OPERATOR)
    assert (status, body["status"]) == (503, "unavailable")
    assert "10.1.2.3" not in json.dumps(body)
    assert client.get("/healthz").status_code == 200


def test_a_missing_migration_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = health.known_migrations()
    monkeypatch.setattr(health, "known_migrations", lambda: known | {("audit", "9999_later")})
    status, body = ready(client, **OPERATOR)
    assert status == 503
    assert {"name": "migrations", "status": "unavailable", "detail": "audit.9999_later"} in body["checks"]


def test_without_valkey_it_is_unavailable(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ValkeyAway

    monkeypatch.setattr(pulse, "pulses", away)
    assert ready(client, **STRANGER) == (503, {"status": "unavailable"})


def test_a_flood_of_probes_asks_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    examine = health.examine
    monkeypatch.setattr(health, "examine", lambda: asked.append(1) or examine())
    for _time in range(5):
        client.get("/readyz")
    assert asked == [1]


@pytest.mark.parametrize(
    ("behind_proxy", "extra", "sees"),
    [
        (False, STRANGER, False),
        (False, OPERATOR, True),
        (False, {"REMOTE_ADDR": "::1"}, True),
        (False, {**OPERATOR, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        (True, {**OPERATOR, "HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.7"}, False),
        (True, {**OPERATOR, "HTTP_X_FORWARDED_FOR": "203.0.113.7, 127.0.0.1"}, True),
        (True, {**OPERATOR, "HTTP_X_FORWARDED_FOR": "unknown"}, False),
        (False, {**STRANGER, "HTTP_AUTHORIZATION": "Bearer " + "t" * 32}, True),
        (False, {**STRANGER, "HTTP_AUTHORIZATION": "Bearer " + "u" * 32}, False),
        (False, {**STRANGER, "HTTP_AUTHORIZATION": "Basic " + "t" * 32}, False),
    ],
)
def test_who_is_an_operator(
    client: Client, settings: LazySettings, behind_proxy: bool, extra: dict[str, str], sees: bool
) -> None:
    settings.METRICS_TOKEN = "t" * 32
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    assert client.get("/metrics", **extra).status_code == (200 if sees else 403)
    assert ("checks" in ready(client, **extra)[1]) is sees


def test_no_token_opens_nothing(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", **STRANGER, HTTP_AUTHORIZATION="Bearer ").status_code == 403


def test_metrics_name_urls_and_nobody(client: Client, maebashi: Any, staff: Any, client_for: Any) -> None:
    person = client_for(staff(maebashi, "editor"))
    person.get("/m/102016/plans/?q=山田太郎")
    person.get("/no/such/123456789018/page")
    text = client.get("/metrics", **OPERATOR).content.decode()
    assert 'consortium_request_seconds_count{method="GET",status="200",view="shared_plans:plans"}' in text
    assert 'view="unmatched"' in text
    assert 'consortium_database_statements_total{view="shared_plans:plans"}' in text
    # Without the measured values, which may hold any digits.
    named = "\n".join(line.rpartition(" ")[0] for line in text.splitlines())
    assert not {told for told in ("102016", "123456789018", "山田", "q=") if told in named}


def test_metrics_tell_workers_backlogs_throttles_and_failures(client: Client, alive: None) -> None:
    for _attempt in range(12):
        client.post("/accounts/login/", {"login": "nobody@example.jp", "password": "wrong"})
    text = client.get("/metrics", **OPERATOR).content.decode()
    assert 'consortium_sign_in_failures_total{why="credentials"}' in text
    assert 'consortium_backlog_entries{backlog="unsealed"} 3.0' in text
    assert 'consortium_worker_pulse_age_seconds{queue="reports"}' in text
    assert "consortium_valkey_up 1.0" in text
    cache.clear()


def test_metrics_survive_without_valkey(client: Client, settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    text = client.get("/metrics", **OPERATOR).content.decode()
    assert "consortium_valkey_up 0.0" in text


def test_the_pulse_is_taken_in_the_workers_context() -> None:
    tasks.take_pulse.apply(headers=HOUSEKEEPING, throw=True)
    found = pulse.pulses()["default"]
    assert found.age < 5
    assert "unsealed" in found.backlogs
