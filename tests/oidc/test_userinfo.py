"""Userinfo and attributes in the ID token: what was asked for, as far as a consent and the sector allow."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortium.tenancy import context
from identity.models import AccessToken, Authorization, Disclosure
from services.models import RelyingParty
from tests.identity.residents import Resident

from .support import USERINFO, Service, jwt_claims

pytestmark = pytest.mark.django_db


def change(**values: Any) -> None:
    with context.opened(context.Context("owner")):
        Authorization.objects.update(**values)


def disclosures(resident: Resident) -> list[tuple[str, list[str]]]:
    with context.citizen(resident.citizen_id):
        rows = Disclosure.objects.filter(citizen_id=resident.citizen_id).order_by("occurred_at")
        return [(row.path, row.attributes) for row in rows]


def test_get_and_post(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    got = service.userinfo(token)
    posted = service.machine.post(USERINFO, HTTP_AUTHORIZATION=f"Bearer {token}")
    assert got.json() == posted.json() and got["Cache-Control"] == "no-store"


def test_a_sign_in_below_the_sector_s_minimum_is_asked_to_step_up(hanako: Resident, service: Service) -> None:
    """RFC 9470: the minimum may have risen since the token was issued."""
    token = service.tokens(hanako.client)["access_token"]
    change(level=0)
    refused = service.userinfo(token)
    assert refused.status_code == 401
    told = refused["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication"' in told and 'acr_values="aal1"' in told
    assert disclosures(hanako) == []


def test_token_of_before_a_suspension_is_worth_nothing(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    with context.secretariat():
        rows = RelyingParty.objects.filter(pk=service.party.pk)
        rows.update(tokens_not_before=timezone.now())
    assert 'error="invalid_token"' in service.userinfo(token)["WWW-Authenticate"]


def test_what_was_issued_during_a_suspension_stays_dead(
    hanako: Resident, service: Service, decide: Any
) -> None:
    token = service.tokens(hanako.client)["access_token"]
    decide(service, False)
    with context.opened(context.Context("owner")):
        AccessToken.objects.update(issued_at=timezone.now())
    decide(service, True)
    assert service.userinfo(token).status_code == 401


def test_bearer_token_of_before_the_service_had_to_bind_them(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(dpop_bound_access_tokens=True)
    refused = service.userinfo(token)
    assert refused.status_code == 401 and 'error="invalid_token"' in refused["WWW-Authenticate"]
    assert disclosures(hanako) == []


def test_where_nothing_leaves_nothing_is_written(hanako: Resident, service: Service) -> None:
    told = service.userinfo(service.tokens(hanako.client, scope="openid")["access_token"]).json()
    assert set(told) == {"sub"} and disclosures(hanako) == []


def test_claims_parameter_reaches_the_id_token_only_by_consent(
    hanako: Resident, service: Service, withdraw: Any
) -> None:
    code = service.code(hanako.client)
    change(claims={"id_token": {"age_over_65": None, "name": {"essential": True}}, "userinfo": {}})
    claims = jwt_claims(service.redeem(code).json()["id_token"])
    assert claims["age_over_65"] is True
    assert "name" not in claims  # neither the sector's nor consented to
    assert disclosures(hanako) == [("id_token", ["age_over_65"])]


def test_claims_parameter_widens_userinfo_by_consent(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)  # a consent to both
    code = service.code(hanako.client, scope="openid")
    change(claims={"userinfo": {"resident_of": None}})
    told = service.userinfo(service.redeem(code).json()["access_token"]).json()
    assert set(told) == {"sub", "resident_of"}


def test_nothing_is_told_where_its_record_fails(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = service.tokens(hanako.client)["access_token"]

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("identity.actions.disclose._write", fail)
    with pytest.raises(RuntimeError):
        service.userinfo(token)
    assert disclosures(hanako) == []


def test_one_transaction(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    service.userinfo(token)
    with CaptureQueriesContext(connection) as asked:
        service.userinfo(token)
    statements = [query["sql"].split()[0] for query in asked]
    assert len(statements) == 7, [query["sql"][:90] for query in asked]
    assert statements.count("SAVEPOINT") == 1
