"""A client is taken for what the process remembers until the statement that is made anyway compares: what it
is by then counts."""

from datetime import timedelta
from typing import Any

import pytest

from consortium.tenancy import context
from identity.models import MachineToken
from services.actions.relying_parties import renew_secret
from services.models import RelyingParty
from tests.identity.residents import Resident

from .support import OFFLINE, Service, refused

pytestmark = pytest.mark.django_db
OWN = {"grant_type": "client_credentials"}


@pytest.fixture
def known(transport: Any, register: Any, identity_surface: Any) -> Service:
    """It has had a token: this process knows it."""
    granted = ["authorization_code", "refresh_token", "client_credentials"]
    made: Service = register(transport, grant_types=granted, allowed_scopes=["components.read"])
    assert made.post(OWN).status_code == 200
    return made


def count() -> int:
    with context.person(None):
        return MachineToken.objects.count()


def test_another_secret_and_another_scope_count_at_once(known: Service, acting: Any, secretary: Any) -> None:
    with acting(secretary) as actor:
        secret = renew_secret(actor, known.party, timedelta(0))
    refused(known.post(OWN), 401, "invalid_client")
    assert count() == 1
    known.secret = secret
    assert known.post(OWN).status_code == 200
    with context.secretariat():
        RelyingParty.objects.filter(pk=known.party.pk).update(allowed_scopes=["municipalities.read"])
    assert known.post(OWN).json()["scope"] == "municipalities.read"


def test_suspension_counts_at_once(known: Service, hanako: Resident, decide: Any) -> None:
    held, code = known.tokens(hanako.client, scope=OFFLINE), known.code(hanako.client)
    decide(known, False)
    asked = (
        known.post(OWN),
        known.redeem(code),
        known.refresh(held["refresh_token"]),
        known.introspect(held["access_token"]),
    )
    for answer in asked:
        refused(answer, 401, "invalid_client")
    assert count() == 1


def test_what_is_done_anew_is_counted_once(
    known: Service, hanako: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh token that was found for a client that had changed was not used up either."""
    monkeypatch.setattr("identity.oidc.throttle.MACHINE", 2)
    held = known.tokens(hanako.client, scope=OFFLINE)
    with context.secretariat():
        RelyingParty.objects.filter(pk=known.party.pk).update(name_en="Another name")
    renewed = known.refresh(held["refresh_token"])
    assert renewed.status_code == 200
    with context.secretariat():
        RelyingParty.objects.filter(pk=known.party.pk).update(name_en="Yet another")
    assert [known.post(OWN).status_code for _ in range(2)] == [200, 429]
    assert known.is_active(renewed.json()["access_token"])
