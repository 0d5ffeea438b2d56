"""What the consent screen says beyond the first time, and what is remembered for whom."""

from typing import Any

import pytest

from consortium.tenancy import context
from services.models import Component, RelyingParty
from tests.identity.residents import Resident

from .support import Service, answer

pytestmark = pytest.mark.django_db
CHANGED = "前に同意したときから変わっています"


def update(service: Service, **columns: Any) -> None:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(**columns)


def page(service: Service, hanako: Resident, **more: str) -> str:
    response = service.authorize(hanako.client, **more)
    assert response.status_code == 200, response
    text: str = response.content.decode()
    return text


def test_nothing_is_different_the_first_time(hanako: Resident, service: Service) -> None:
    assert CHANGED not in page(service, hanako)


def test_a_new_purpose_is_told_and_asked_anew(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client)
    update(service, purpose_ja="利用実績を調べるため")
    assert answer(service.authorize(hanako.client, prompt="none"))["error"] == "consent_required"
    text = page(service, hanako)
    assert CHANGED in text and "利用目的が変わりました" in text and "利用実績を調べるため" in text


def test_what_is_asked_for_besides_is_named(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client, scope="openid age_over_65")
    text = page(service, hanako, scope="openid age_over_65 resident_of")
    assert "「住んでいる市区町村」が増えました" in text
    assert "利用目的が変わりました" not in text


def test_going_on_without_her_is_said_in_words(hanako: Resident, transport: Component, register: Any) -> None:
    offline = register(transport, grant_types=["authorization_code", "refresh_token"])
    words = "このサービスは、あなたが使っていないときも"
    assert words not in page(offline, hanako)
    assert words in page(offline, hanako, scope="openid age_over_65 offline_access")


def test_consent_to_client_a_never_lets_client_b_through_prompt_none(
    hanako: Resident, service: Service, transport: Component, register: Any
) -> None:
    """Not even under the same name, purpose, component, sector and attributes."""
    other = register(transport)
    service.tokens(hanako.client)
    assert "code" in answer(service.authorize(hanako.client, prompt="none"))
    assert answer(other.authorize(hanako.client, prompt="none"))["error"] == "consent_required"


def test_in_english(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client, scope="openid age_over_65")
    update(service, purpose_ja="別の目的", purpose_en="Another purpose")
    hanako.client.cookies["identity_language"] = "en"
    text = page(service, hanako, ui_locales="en")
    assert "The purpose has changed." in text and "Another purpose" in text
