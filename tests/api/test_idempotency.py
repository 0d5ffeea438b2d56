"""Sent twice, carried out once; and never half."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from consortium.api import idempotency
from consortium.api.models import IdempotencyKey
from consortium.api.tasks import purge_idempotency_keys
from consortium.reporting import actions
from consortium.reporting.models import Observation
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING
from tests.isolation.rows import as_owner

from .conftest import Caller, problem

pytestmark = pytest.mark.django_db
FIGURE = {"indicator": "dx_budget", "fiscal_year": 2025, "value": "1"}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def kept(municipality: Municipality) -> list[IdempotencyKey]:
    with context.tenant(municipality.pk):
        return list(IdempotencyKey.objects.all())


def test_the_same_answer_comes_back(editor: Caller, member: Municipality) -> None:
    first = editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    again = editor.post("/observations/", dict(reversed(FIGURE.items())), Idempotency_Key=f'"{KEY}"')
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["Location"] == first["Location"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    (row,) = kept(member)
    assert "dx_budget" not in row.answer


def test_another_request_under_the_same_key(editor: Caller, caller: Callable[..., Caller]) -> None:
    editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    for body in (FIGURE | {"value": "2"}, {}):
        problem(editor.post("/observations/", body, Idempotency_Key=KEY), 422, "idempotency-key-reused")
    problem(editor.post("/plans/", FIGURE, Idempotency_Key=KEY), 422, "idempotency-key-reused")
    assert caller("editor").post("/observations/", FIGURE, Idempotency_Key=KEY).status_code == 201


def test_a_refused_request_frees_its_key(editor: Caller, member: Municipality) -> None:
    problem(editor.post("/observations/", {}, Idempotency_Key=KEY), 400, "validation-error")
    assert kept(member) == []
    assert editor.post("/observations/", FIGURE, Idempotency_Key=KEY).status_code == 201


def test_where_nothing_can_be_sent(editor: Caller) -> None:
    """Outside of municipalities and secretariat no key can be kept."""
    refused = editor.post("/api/v1/municipalities/", {}, Idempotency_Key=KEY)
    problem(refused, 405, "method-not-allowed")


@pytest.mark.parametrize("key", ["", '""', "日本", "x" * 256, "a b", 'a"b'])
def test_malformed_keys(editor: Caller, key: str) -> None:
    refused = editor.post("/observations/", FIGURE, Idempotency_Key=key)
    problem(refused, 400, "idempotency-key-malformed")


def test_while_the_first_is_at_work(
    editor: Caller, member: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection holds what a request in another process would hold."""
    locks: list[int] = []
    monkeypatch.setattr(idempotency, "_locked", lambda one: bool(locks.append(idempotency.lock_of(one))))
    waiting = editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    problem(waiting, 409, "request-in-progress")
    assert waiting["Retry-After"] == "1"
    monkeypatch.undo()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", locks)
        problem(editor.post("/observations/", FIGURE, Idempotency_Key=KEY), 409, "request-in-progress")
        other.rollback()
    assert editor.post("/observations/", FIGURE, Idempotency_Key=KEY).status_code == 201


def test_a_crash_leaves_neither_figure_nor_key(
    editor: Caller, member: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    editor.client.raise_request_exception = False
    for holder, name in ((IdempotencyKey, "save"), (actions, "record")):
        with monkeypatch.context() as patched:
            patched.setattr(holder, name, crash)
            refused = editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
            problem(refused, 500, "internal-error")
        with context.tenant(member.pk):
            assert not Observation.objects.exists()
        assert kept(member) == []


def test_kept_for_a_day(editor: Caller, member: Municipality) -> None:
    editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    editor.post("/observations/", FIGURE, Idempotency_Key="other")
    with as_owner():
        old = timezone.now() - timedelta(hours=25)
        IdempotencyKey.objects.filter(key=KEY).update(created_at=old)
    purge_idempotency_keys.apply(headers=HOUSEKEEPING, throw=True)
    assert [row.key for row in kept(member)] == ["other"]


def test_an_old_key_is_as_good_as_new(editor: Caller, member: Municipality) -> None:
    editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    with as_owner():
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    again = editor.post("/observations/", FIGURE | {"value": "2"}, Idempotency_Key=KEY)
    assert again.status_code == 201


def test_other_municipalities_keys_are_out_of_sight(
    editor: Caller, member: Municipality, takasaki: Municipality
) -> None:
    editor.post("/observations/", FIGURE, Idempotency_Key=KEY)
    assert kept(takasaki) == []
    with context.secretariat():
        assert not IdempotencyKey.objects.exists()
    with context.worker():
        assert not IdempotencyKey.objects.values("id").exists()
