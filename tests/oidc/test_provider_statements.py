"""How many SQL statements a call of the provider costs, with every check, audit and limit on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from identity.oidc import keys
from tests.identity.residents import Resident

from .support import OFFLINE, Service

pytestmark = pytest.mark.django_db
OF_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SELECT set_config('role', 'none'")
"""In production one BEGIN and one COMMIT, which also ends the role: no statements of the call."""


@pytest.fixture
def whole(transport: Any, register: Any, identity_surface: Any) -> Service:
    keys.ring()  # read by a process once a minute
    made: Service = register(
        transport,
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        allowed_scopes=["components.read"],
    )
    return made


def statements(ask: Callable[[], Any], status: int = 200) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == status, answer.content
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(OF_TEST)]


def test_client_credentials(whole: Service) -> None:
    body = {"grant_type": "client_credentials"}
    whole.post(body)  # its registration is read once
    assert_exactly(1, lambda: whole.post(body))


def test_authorization(hanako: Resident, whole: Service) -> None:
    """With a session and a consent that covers what is asked for."""
    whole.code(hanako.client)
    assert_exactly(3, lambda: whole.authorize(hanako.client), 303)


def test_code(hanako: Resident, whole: Service) -> None:
    whole.tokens(hanako.client)
    code = whole.code(hanako.client, scope=OFFLINE)
    assert_exactly(3, lambda: whole.redeem(code))


def test_refresh(hanako: Resident, whole: Service) -> None:
    held = whole.tokens(hanako.client, scope=OFFLINE)["refresh_token"]
    assert_exactly(3, lambda: whole.refresh(held))


def test_introspection(hanako: Resident, whole: Service) -> None:
    held = whole.tokens(hanako.client)["access_token"]
    assert_exactly(2, lambda: whole.introspect(held))


def test_userinfo(hanako: Resident, whole: Service) -> None:
    held = whole.tokens(hanako.client)["access_token"]
    assert_exactly(4, lambda: whole.userinfo(held))


def assert_exactly(number: int, ask: Callable[[], Any], status: int = 200) -> None:
    issued = statements(ask, status)
    assert len(issued) == number, "\n".join([str(len(issued)), *issued])
