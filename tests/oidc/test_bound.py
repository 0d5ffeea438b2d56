"""Tokens bound to a key: who asked for one never gets bearer, and each kind is refused as the other."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.tenancy import context
from identity.models import AccessToken
from identity.oidc import dpop
from identity.oidc.errors import ServerError
from tests.identity.residents import Resident

from .proofs import Prover
from .support import ISSUER, TOKEN, Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def prover() -> Prover:
    return Prover()


@pytest.fixture
def bound(service: Service) -> Service:
    """Registered for DPoP."""
    with context.secretariat():
        type(service.party).objects.filter(pk=service.party.pk).update(dpop_bound_access_tokens=True)
    return service


def test_token_is_bound_to_the_proven_key(hanako: Resident, service: Service, prover: Prover) -> None:
    response = service.redeem(service.code(hanako.client), prover)
    tokens = response.json()
    assert (response.status_code, tokens["token_type"]) == (200, "DPoP")
    assert response["DPoP-Nonce"] == dpop.nonce()
    assert AccessToken.objects.get().jkt == prover.jkt
    answer = service.userinfo(tokens["access_token"], prover)
    assert answer.status_code == 200 and answer["DPoP-Nonce"]


def test_client_that_asked_for_dpop_never_gets_bearer(
    hanako: Resident, bound: Service, prover: Prover
) -> None:
    code = bound.code(hanako.client)
    refused = bound.redeem(code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert bound.redeem(code, prover).json()["token_type"] == "DPoP"


@pytest.mark.parametrize("other", [None, Prover()], ids=["no proof", "another key"])
def test_code_bound_to_a_key_is_redeemed_with_it_alone(
    hanako: Resident, service: Service, prover: Prover, other: Prover | None
) -> None:
    code = service.code(hanako.client, dpop_jkt=prover.jkt)
    refused = service.redeem(code, other)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert service.redeem(code, prover).json()["token_type"] == "DPoP"


def test_bound_token_is_never_accepted_as_bearer(hanako: Resident, service: Service, prover: Prover) -> None:
    token = service.tokens(hanako.client, prover)["access_token"]
    refused = service.userinfo(token)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith('DPoP realm="identity", error="invalid_token"')
    assert 'algs="ES256 ' in refused["WWW-Authenticate"]


def test_bearer_token_is_never_accepted_as_bound(hanako: Resident, service: Service, prover: Prover) -> None:
    refused = service.userinfo(service.tokens(hanako.client)["access_token"], prover)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith('Bearer realm="identity", error="invalid_token"')


def test_proofs_at_a_resource(hanako: Resident, service: Service, prover: Prover) -> None:
    token = service.tokens(hanako.client, prover)["access_token"]
    for wrong in ({"ath": "other"}, {"ath": None}, {"htm": "POST"}, {"htu": f"{ISSUER}{TOKEN}"}):
        refused = service.userinfo(token, prover, **wrong)
        assert refused.status_code == 401, wrong
        assert 'DPoP realm="identity", error="invalid_dpop_proof"' in refused["WWW-Authenticate"]
    assert service.userinfo(token, Prover()).status_code == 401
    bare = service.machine.get("/oauth/userinfo", HTTP_AUTHORIZATION=f"DPoP {token}")
    assert 'error="invalid_dpop_proof"' in bare["WWW-Authenticate"]
    assert service.userinfo(token, prover, jti="once").status_code == 200
    assert service.userinfo(token, prover, jti="once").status_code == 401


def test_nonce_is_handed_out_where_it_is_missing(hanako: Resident, service: Service, prover: Prover) -> None:
    """Nothing is used up, and being asked for it counts as no failure."""
    code = service.code(hanako.client)
    stale = prover.proof("POST", f"{ISSUER}{TOKEN}", nonce=None)
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "http://localhost:8002/callback",
    }
    asked = service.post({**body, "code_verifier": service.verifier}, HTTP_DPOP=stale)
    assert (asked.status_code, asked.json()["error"]) == (400, "use_dpop_nonce")
    assert asked["DPoP-Nonce"] == dpop.nonce()
    token = service.redeem(code, prover).json()["access_token"]
    again = service.userinfo(token, prover, nonce="old")
    assert again.status_code == 401 and again["DPoP-Nonce"] == dpop.nonce()
    assert 'error="use_dpop_nonce"' in again["WWW-Authenticate"]


def test_nothing_is_locked_while_valkey_is_asked(
    hanako: Resident, service: Service, prover: Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = service.code(hanako.client)

    def fail(*_: Any) -> bool:
        raise ServerError

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as asked:
        patch.setattr(dpop, "remember", fail)
        assert service.redeem(code, prover).status_code == 503
    assert asked.captured_queries and not any("FOR UPDATE" in query["sql"] for query in asked)
    assert service.redeem(code, prover).status_code == 200
    waits = settings.CACHES["default"]["OPTIONS"]
    assert max(waits["socket_timeout"], waits["socket_connect_timeout"]) <= 2


@pytest.mark.parametrize("proof", ["x", "a.b.c", "日本", "", "e30.e30.e30"])
def test_garbage_instead_of_a_proof(identity_surface: Any, service: Service, proof: str) -> None:
    body = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    response = service.post(body, HTTP_DPOP=proof)
    assert response.status_code == 400
    assert response.json()["error"] in {"invalid_grant", "invalid_dpop_proof"}
