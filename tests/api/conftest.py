"""Maebashi's people and one of its systems, calling the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consortium.membership.actions import issue_token
from consortium.membership.models import User
from consortium.membership.scopes import KEYS
from consortium.tenancy.models import Municipality
from tests.factories import make_member

HERE = "/api/v1/m/102016"
PLAN = {"title": "前橋市DX推進計画", "edition": "v5", "year_from": 2026, "year_to": 2028}


class Caller:
    """JSON in and out, on behalf of one person or system."""

    def __init__(self, client: Client, base: str = HERE) -> None:
        self.client, self.base = client, base

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(path: str, body: Any = None, **headers: str) -> Any:
            address = path if path.startswith("/api/") else f"{self.base}{path}"
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if method in {"get", "head", "options", "delete"}:
                return getattr(self.client, method)(address, body, headers=named)
            return getattr(self.client, method)(address, body, "application/json", headers=named)

        return call


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    """The problem that was answered, of the status and kind expected."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"].endswith(f"/developers/problems/#{slug}"), body
    return body


@pytest.fixture
def member(maebashi: Municipality) -> Municipality:
    call_command("load_framework", verbosity=0)
    call_command("load_indicators", verbosity=0)
    make_member(maebashi)
    return maebashi


@pytest.fixture
def caller(
    member: Municipality, staff: Callable[..., User], client_for: Callable[..., Client]
) -> Callable[..., Caller]:
    """caller(*roles) -> one of Maebashi's staff."""
    return lambda *roles: Caller(client_for(staff(member, *roles)))


@pytest.fixture
def editor(caller: Callable[..., Caller]) -> Caller:
    return caller("editor")


@pytest.fixture
def secret(
    member: Municipality, staff: Callable[..., User], acting: Callable[..., Any]
) -> Callable[..., str]:
    """secret(*scopes) -> a token of Maebashi's, with every scope by default."""

    def issue(*scopes: str) -> str:
        with acting(staff(member, "administrator"), member) as actor:
            return issue_token(by=actor, name="文書管理システム", scopes=scopes or KEYS, days=30).secret

    return issue


@pytest.fixture
def machine(secret: Callable[..., str]) -> Callable[..., Caller]:
    return lambda *scopes: Caller(Client(headers={"Authorization": f"Bearer {secret(*scopes)}"}))
