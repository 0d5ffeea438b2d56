"""A service changes its purpose by two people's hands: what residents consented to before counts no more."""

from typing import Any

import pytest

from services.actions import approve_change, change_relying_party
from tests import factories
from tests.identity.residents import Resident

from .support import OFFLINE, Service, answer, refused

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose_ja": "利用実績を調べるため", "purpose_en": "To study how the discount is used"}


def test_consents_to_the_old_purpose_end_with_its_approval(
    hanako: Resident, transport: Any, register: Any
) -> None:
    service: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    held = service.tokens(hanako.client, scope=OFFLINE)
    waiting = service.code(hanako.client)
    with factories.acting(factories.make_secretary()) as actor:
        change = change_relying_party(by=actor, relying_party=service.party, **PURPOSE)
    assert change
    assert change.before["purpose_ja"] == service.party.purpose_ja != change.values["purpose_ja"]
    assert service.userinfo(held["access_token"]).status_code == 200, "a proposal changes nothing"
    with factories.acting(factories.make_secretary()) as actor:
        approve_change(by=actor, change=change)
    api = service.machine.get("/api/v1/me/attributes/", HTTP_AUTHORIZATION=f"Bearer {held['access_token']}")
    assert (service.userinfo(held["access_token"]).status_code, api.status_code) == (401, 401)
    assert not service.is_active(held["access_token"])
    refused(service.refresh(held["refresh_token"]), 400, "invalid_grant")
    refused(service.redeem(waiting), 400, "invalid_grant")
    assert answer(service.authorize(hanako.client, prompt="none"))["error"] == "consent_required"
    asked = service.authorize(hanako.client)
    assert asked.status_code == 200 and PURPOSE["purpose_ja"] in asked.content.decode()
    assert service.userinfo(service.tokens(hanako.client)["access_token"]).status_code == 200
