"""One code, one refresh token, redeemed by many at once: exactly one succeeds, and nobody keeps anything."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from identity.models import AccessToken, RefreshToken
from identity.oidc import throttle
from tests.identity.residents import Resident

from .support import OFFLINE, Service

AT_ONCE = 20
EACH = 10

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "FAILURES", 10**6)


@pytest.fixture
def offline(transport: Any, register: Any) -> Service:
    made: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    return made


def at_once(ask: Callable[[], Any]) -> list[Any]:
    """Twenty threads begin together, and ask ten times each."""
    barrier = Barrier(AT_ONCE)

    def run(_: int) -> list[Any]:
        barrier.wait()
        try:
            return [ask() for _time in range(EACH)]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for answers in pool.map(run, range(AT_ONCE)) for one in answers]


def exactly_one(answers: list[Any]) -> None:
    assert Counter(one.status_code for one in answers) == {200: 1, 400: AT_ONCE * EACH - 1}
    assert {one.json()["error"] for one in answers if one.status_code == 400} == {"invalid_grant"}


def test_exactly_one_of_many_redemptions_succeeds(hanako: Resident, offline: Service) -> None:
    code = offline.code(hanako.client, scope=OFFLINE)
    exactly_one(at_once(lambda: offline.redeem(code)))
    (issued,) = AccessToken.objects.select_related("authorization")
    assert issued.is_revoked()  # the code was seen by others: what it led to is worth nothing


def test_exactly_one_of_many_refreshes_succeeds(hanako: Resident, offline: Service) -> None:
    held = offline.tokens(hanako.client, scope=OFFLINE)["refresh_token"]
    exactly_one(at_once(lambda: offline.refresh(held)))
    assert RefreshToken.objects.filter(rotated_at=None).count() == 1
    assert all(one.is_revoked() for one in RefreshToken.objects.select_related("authorization"))
