"""A transport component in the catalogue, and who deals with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from consortium.tenancy.models import Municipality
from services.actions import (
    approve_relying_party,
    publish_release,
    register_component,
    register_relying_party,
)
from services.models import Component, RelyingParty
from tests import factories

COMPONENT = {
    "code": "transport-discount",
    "sector": "transport",
    "name_ja": "交通割引サービス",
    "name_en": "Transport discount",
    "summary": "年齢とお住まいに応じて運賃を割り引きます。",
    "description": "",
    "provider": "架空交通株式会社",
    "licence": "MIT",
}
PARTY = {
    "name_ja": "交通割引サービス",
    "name_en": "Transport discount",
    "auth_method": "client_secret_basic",
    "redirect_uris": ["http://localhost:8002/callback"],
    "purpose_ja": "運賃割引の対象かどうかを確認するため",
    "purpose_en": "To check eligibility for a discount",
    "attributes": ["resident_of", "age_over_65"],
    "contact": "support@transport.example",
}
FAPI = {
    "auth_method": "private_key_jwt",
    "jwks": factories.jwks_of(factories.make_key(kid="first")),
    "require_pushed_authorization_requests": True,
    "dpop_bound_access_tokens": True,
}


@pytest.fixture
def component(secretary: Any, acting: Callable[..., Any]) -> Component:
    with acting(secretary) as actor:
        made = register_component(by=actor, **COMPONENT)
        publish_release(by=actor, component=made, version="1.0.0", notes="最初の版")
    return made


@pytest.fixture
def party(component: Component, secretary: Any, acting: Callable[..., Any]) -> RelyingParty:
    with acting(secretary) as actor:
        return register_relying_party(by=actor, component=component, **PARTY).relying_party


@pytest.fixture
def approved(party: RelyingParty, acting: Callable[..., Any]) -> RelyingParty:
    with acting(factories.make_secretary()) as actor:
        return approve_relying_party(by=actor, relying_party=party)


@pytest.fixture
def medical(secretary: Any, acting: Callable[..., Any]) -> Component:
    with acting(secretary) as actor:
        return register_component(by=actor, **{**COMPONENT, "code": "health", "sector": "medical"})


@pytest.fixture
def administrator(maebashi: Municipality, staff: Callable[..., Any]) -> Any:
    return staff(maebashi, "administrator")


@pytest.fixture
def body(secretary: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(secretary)


@pytest.fixture
def colleague(client_for: Callable[..., Client]) -> Client:
    """Another one of the secretariat."""
    return client_for(factories.make_secretary())
