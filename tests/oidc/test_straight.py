"""A redirect that needs no page is answered ahead of what pages need, with the same checks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from consortium.membership import timeouts
from consortium.membership.models import User
from consortium.tenancy import context
from identity.middleware import ResidentMiddleware
from identity.models import Authorization, Citizen, CitizenStatus
from tests.identity.residents import Counter, Resident

from .support import Service, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that came as far as the resident's middleware."""
    seen: list[str] = []
    behind = ResidentMiddleware.__call__

    def call(self: Any, request: Any) -> Any:
        seen.append(request.path)
        return behind(self, request)

    monkeypatch.setattr(ResidentMiddleware, "__call__", call)
    return seen


def test_a_redirect_goes_straight(hanako: Resident, service: Service, long_way: list[str]) -> None:
    service.tokens(hanako.client)
    long_way.clear()
    response = service.authorize(hanako.client)
    assert answer(response)["code"] and long_way == []
    assert "no-store" in response["Cache-Control"]
    assert answer(service.authorize(hanako.client, scope="profile"))["error"] == "invalid_scope"
    assert long_way == []


def test_a_page_goes_the_long_way(hanako: Resident, service: Service, long_way: list[str]) -> None:
    assert service.authorize(hanako.client).status_code == 200
    assert long_way == ["/oauth/authorize"]
    assert Authorization.objects.count() == 0


def test_the_session_s_clock_is_written(hanako: Resident, service: Service, long_way: list[str]) -> None:
    service.tokens(hanako.client)
    change(hanako, lambda session: session.update({timeouts.ACTIVE: session[timeouts.ACTIVE] - 61}))
    before = hanako.client.session[timeouts.ACTIVE]
    long_way.clear()
    assert answer(service.authorize(hanako.client))["code"]
    assert long_way and hanako.client.session[timeouts.ACTIVE] > before


def test_time_is_up(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client)
    change(hanako, lambda session: session.update({timeouts.ACTIVE: session[timeouts.ACTIVE] - 10**6}))
    assert_signs_in(hanako, service)


@pytest.mark.parametrize("name", [HASH_SESSION_KEY, SESSION_KEY])
def test_a_session_of_another_account_or_secret(name: str, hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client)
    change(hanako, lambda session: session.update({name: "01a20a9bb54e783c8db08eb2e4ab4219"}))
    assert_signs_in(hanako, service)


def test_an_account_that_is_switched_off(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client)
    User.objects.filter(citizen_id=hanako.citizen_id).update(is_active=False)
    assert_signs_in(hanako, service)


def test_a_suspended_identity_whose_session_is_left(
    hanako: Resident, counter: Counter, service: Service
) -> None:
    service.tokens(hanako.client)
    with context.tenant(counter.municipality.pk):
        Citizen.objects.filter(pk=hanako.citizen_id).update(status=CitizenStatus.SUSPENDED)
    assert_signs_in(hanako, service)


def change(resident: Resident, how: Callable[[Any], None]) -> None:
    session = resident.client.session
    how(session)
    session.save()


def assert_signs_in(resident: Resident, service: Service) -> None:
    before = Authorization.objects.count()
    assert service.authorize(resident.client)["Location"].startswith("/sign-in/")
    assert Authorization.objects.count() == before
