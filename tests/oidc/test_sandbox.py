"""Services under test meet test residents only; all others never meet one."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from identity.actions.consents import grant_consent
from identity.actions.disclose import NotAvailable, disclose
from identity.context import resident as speaking
from identity.oidc.authorize import CONSENT_LIFE
from services.models import Component, RelyingParty
from tests.identity.residents import TARO, Resident, make_counter, make_resident

from .support import Service, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(transport: Component, register: Any) -> Service:
    made: Service = register(transport, test=True, name_ja="試験サービス")
    return made


@pytest.fixture
def tester(identity_surface: Any, takasaki: Municipality) -> Resident:
    """Where nobody has adopted the component: there is nobody real to protect."""
    return make_resident(make_counter(takasaki), TARO, test=True)


def error_of(response: Any) -> str:
    """What the page that refuses would tell the service."""
    assert response.status_code == 403
    return parse_qs(urlsplit(response.context["location"]).query)["error_description"][0]


def test_a_test_resident_signs_in_to_a_service_under_test(tester: Resident, sandbox: Service) -> None:
    page = sandbox.authorize(tester.client).content.decode()
    assert "試験用のサービスです" in page
    tokens = sandbox.tokens(tester.client)
    claims = sandbox.userinfo(tokens["access_token"]).json()
    assert claims["resident_of"] == "102024"


def test_a_resident_never_meets_a_service_under_test(hanako: Resident, sandbox: Service) -> None:
    page = sandbox.authorize(hanako.client)
    assert "only test residents" in error_of(page)
    assert "試験中のため" in page.content.decode()
    assert answer(sandbox.authorize(hanako.client, prompt="none"))["error"] == "consent_required"
    assert sandbox.decide(hanako.client).status_code == 403


def test_a_test_resident_never_meets_a_service_in_use(tester: Resident, service: Service) -> None:
    assert "sandbox clients only" in error_of(service.authorize(tester.client))
    assert service.decide(tester.client).status_code == 403


@pytest.mark.parametrize("real", [True, False], ids=["resident", "test resident"])
def test_neither_consent_nor_disclosure_crosses(
    hanako: Resident, tester: Resident, service: Service, sandbox: Service, real: bool
) -> None:
    """Below every page: the two actions themselves refuse."""
    someone, other = (hanako, sandbox) if real else (tester, service)
    with speaking(someone.citizen_id) as her:
        with pytest.raises(ValidationError) as error:
            grant_consent(
                by=her,
                relying_party=other.party,
                attributes=["resident_of"],
                until=timezone.now() + CONSENT_LIFE,
            )
        assert error.value.code == "service"
        with pytest.raises(NotAvailable):
            disclose(by=her, relying_party=other.party, requested=["resident_of"], path="userinfo")


def test_tokens_of_a_service_that_became_a_sandbox_are_worth_nothing(
    hanako: Resident, service: Service, transport: Component
) -> None:
    """No action does this; should a row ever say so, the last door holds."""
    token = service.tokens(hanako.client)["access_token"]
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(test=True)
    assert service.userinfo(token).status_code == 401
