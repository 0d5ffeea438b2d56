"""How often one may call, and how one is told."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from consortium.api import limits
from consortium.api.limits import Policy

from .conftest import HERE, Caller, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLIENT", Policy("client", 2))
    monkeypatch.setattr(limits, "ANONYMOUS", Policy("anonymous", 1))
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)


def test_every_answer_says_what_is_left(editor: Caller, few: None) -> None:
    answers = [editor.get("/plans/"), editor.get("/nothing/"), editor.get("/plans/")]
    assert [answer.status_code for answer in answers] == [200, 404, 429]
    assert answers[0]["RateLimit-Policy"] == '"client";q=2;w=60, "address";q=3000;w=60'
    assert [re.search(r'"client";r=(\d+);t=50', answer["RateLimit"])[1] for answer in answers] == list("100")
    problem(answers[2], 429, "rate-limit-exceeded")
    assert answers[2]["Retry-After"] == "50"


def test_each_has_a_count_of_her_own(
    editor: Caller, caller: Callable[..., Caller], machine: Callable[..., Caller], few: None
) -> None:
    for one in (editor, caller("editor"), machine(), machine()):
        assert one.get("/plans/").status_code == 200


def test_strangers_are_counted_by_address(few: None, settings: LazySettings) -> None:
    def ask(address: str, forwarded: str = "") -> int:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return Client().get(f"{HERE}/plans/", headers=headers, REMOTE_ADDR=address).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")] == [401, 429, 401]
    assert ask("192.0.2.1", "198.51.100.7") == 429  # what a stranger writes there counts for nothing
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask("192.0.2.1", "192.0.2.1, 198.51.100.7") == 401
    assert ask("192.0.2.9", "6.6.6.6, 198.51.100.7") == 429


def test_without_valkey_nothing_is_refused(editor: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise limits.RedisError

    monkeypatch.setattr(limits.cache, "add", down)
    answer = limits.count(limits.CLIENT, "x")
    assert answer is None
    assert limits.headers([]) == {}


def test_pages_are_not_counted(editor: Caller) -> None:
    assert "RateLimit" not in editor.client.get("/m/102016/")
