"""The API for services: whose token, for what, and what is answered to any other (RFC 6750, 9449, 9470)."""

import re
import time
from typing import Any

import pytest
from django.urls import reverse

from consortium.tenancy import context
from identity.models import AccessToken, Authorization, Disclosure
from identity.oidc.clients import Client
from identity.oidc.machine_token import issue
from services.actions.relying_parties import resume_relying_party, suspend_relying_party
from services.models import Component, RelyingParty
from tests import factories
from tests.identity.residents import Resident

from .proofs import Prover
from .support import ISSUER, Service

pytestmark = pytest.mark.django_db
MINE, CATALOGUE, NAMES = "/api/v1/me/attributes/", "/api/v1/components/", "/api/v1/municipalities/"
SCOPES = ["components.read", "municipalities.read"]
_PART = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture
def machine(transport: Component, register: Any, identity_surface: Any) -> Service:
    made: Service = register(
        transport, grant_types=["client_credentials"], allowed_scopes=SCOPES, attributes=[], redirect_uris=[]
    )
    return made


def own_token(service: Service, **more: str) -> str:
    token: str = service.post({"grant_type": "client_credentials", **more}).json()["access_token"]
    return token


def get(service: Service, path: str, token: str, prover: Prover | None = None, **query: str) -> Any:
    scheme = "DPoP" if prover else "Bearer"
    proof = {"HTTP_DPOP": prover.proof("GET", f"{ISSUER}{path}", token=token)} if prover else {}
    return service.machine.get(path, query, HTTP_AUTHORIZATION=f"{scheme} {token}", **proof)


def challenge(response: Any, status: int, slug: str) -> dict[str, str]:
    """Members of WWW-Authenticate; the body is the problem expected."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith(f"#{slug}")
    return dict(_PART.findall(response["WWW-Authenticate"]))


def update(service: Service, **columns: Any) -> None:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(**columns)


def test_a_residents_attributes_and_the_record_of_it(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    response = get(service, MINE, token)
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["attributes"] == {"resident_of": "102016", "age_over_65": True}
    assert body["sub"] == service.userinfo(token).json()["sub"]
    assert response["Cache-Control"] == "no-store"
    with context.citizen(hanako.citizen_id):
        assert sorted(Disclosure.objects.values_list("path", flat=True)) == ["api", "userinfo"]


def test_only_what_the_token_asked_for(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client, scope="openid age_over_65")["access_token"]
    assert get(service, MINE, token).json()["attributes"] == {"age_over_65": True}


def test_withdrawal_ends_it(hanako: Resident, service: Service, withdraw: Any) -> None:
    token = service.tokens(hanako.client)["access_token"]
    withdraw(hanako, service)
    assert challenge(get(service, MINE, token), 401, "invalid-access-token")["error"] == "invalid_token"


def test_a_service_in_its_own_name(machine: Service) -> None:
    token = own_token(machine)
    found = get(machine, CATALOGUE, token).json()["results"]
    assert [one["code"] for one in found] == ["transport-component"]
    assert get(machine, CATALOGUE, token, sector="medical").json()["results"] == []
    assert get(machine, NAMES, token, q="前橋").json()["results"][0]["code"] == "102016"
    assert get(machine, CATALOGUE, token, anything="x").status_code == 400


def test_without_a_token_both_ways_are_told(machine: Service) -> None:
    for path in (MINE, CATALOGUE, NAMES):
        response = machine.machine.get(path)
        told = challenge(response, 401, "invalid-access-token")
        assert "error" not in told
        assert {"Bearer", "DPoP"} <= set(re.findall(r"\b(Bearer|DPoP)\b", response["WWW-Authenticate"]))


def test_a_session_is_no_token(hanako: Resident) -> None:
    assert hanako.client.get(MINE).status_code == 401


@pytest.mark.parametrize("token", ["x", "x" * 5000, "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "日本"])
def test_made_up_tokens(machine: Service, token: str) -> None:
    assert get(machine, CATALOGUE, token).status_code == 401


def test_each_kind_of_token_for_its_own(hanako: Resident, service: Service, machine: Service) -> None:
    hers, own = service.tokens(hanako.client)["access_token"], own_token(machine)
    told = challenge(get(service, CATALOGUE, hers), 403, "insufficient-scope")
    assert (told["error"], told["scope"]) == ("insufficient_scope", "components.read")
    assert challenge(get(machine, MINE, own), 403, "insufficient-scope")["scope"] == "openid"
    narrow = own_token(machine, scope="municipalities.read")
    assert challenge(get(machine, CATALOGUE, narrow), 403, "insufficient-scope")["scope"] == "components.read"


def test_suspended_and_resumed(hanako: Resident, service: Service, machine: Service) -> None:
    """At once, and what was issued before stays worthless."""
    hers, own = service.tokens(hanako.client)["access_token"], own_token(machine)
    for one, path, token in ((service, MINE, hers), (machine, CATALOGUE, own)):
        assert get(one, path, token).status_code == 200
        with factories.acting(factories.make_secretary()) as actor:
            suspend_relying_party(by=actor, relying_party=one.party)
        assert get(one, path, token).status_code == 401
        with factories.acting(factories.make_secretary()) as actor:
            resume_relying_party(by=actor, relying_party=one.party)
        assert get(one, path, token).status_code == 401
    assert get(machine, CATALOGUE, own_token(machine)).status_code == 200


def test_revoked_and_expired(hanako: Resident, service: Service, machine: Service) -> None:
    hers, own = service.tokens(hanako.client)["access_token"], own_token(machine)
    machine.revoke(own)
    assert get(machine, CATALOGUE, own).status_code == 401
    with context.person(None):
        AccessToken.objects.filter(token_hash__isnull=False).update(revoked_at="2026-01-01T00:00:00Z")
    assert get(service, MINE, hers).status_code == 401


def test_a_client_cannot_run_below_its_sector(hanako: Resident, service: Service, machine: Service) -> None:
    """However its row came to be: neither authorization, nor tokens, nor the API."""
    hers, own = service.tokens(hanako.client)["access_token"], own_token(machine)
    for one, path, token in ((service, MINE, hers), (machine, CATALOGUE, own)):
        update(one, sector="medical")
        assert get(one, path, token).status_code == 401
    answered = service.authorize(hanako.client, scope="openid")
    assert "unauthorized_client" in answered["Location"]
    refused = machine.post({"grant_type": "client_credentials"})
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


def test_bound_tokens_and_bearers(hanako: Resident, service: Service) -> None:
    prover = Prover()
    bound = service.redeem(service.code(hanako.client), prover).json()["access_token"]
    answered = get(service, MINE, bound, prover)
    assert answered.status_code == 200 and answered["DPoP-Nonce"]
    told = get(service, MINE, bound)
    assert told.status_code == 401 and told["WWW-Authenticate"].startswith("DPoP ")
    assert get(service, MINE, bound, Prover()).status_code == 401, "another key"
    bearer = service.tokens(hanako.client)["access_token"]
    assert get(service, MINE, bearer, prover).status_code == 401
    update(service, dpop_bound_access_tokens=True)
    assert get(service, MINE, bearer).status_code == 401, "a bearer from before it was to bind"
    assert get(service, MINE, bound, prover).status_code == 200


def test_step_up(hanako: Resident, service: Service) -> None:
    """RFC 9470: what the sector demands is asked again at the resource, of strength and of age."""
    prover = Prover()
    token = service.redeem(service.code(hanako.client), prover).json()["access_token"]
    with context.opened(context.Context("owner")):
        Authorization.objects.update(level=2)
    update(
        service,
        sector="medical",
        auth_method="private_key_jwt",
        require_pushed_authorization_requests=True,
        dpop_bound_access_tokens=True,
    )
    told = challenge(get(service, MINE, token, prover), 401, "insufficient-user-authentication")
    assert (told["error"], told["acr_values"]) == ("insufficient_user_authentication", "aal3")
    with context.opened(context.Context("owner")):
        Authorization.objects.update(level=3, auth_time=int(time.time()) - 3700)
    told = challenge(get(service, MINE, token, prover), 401, "insufficient-user-authentication")
    assert told["max_age"] == "3600"


def test_statements(
    hanako: Resident, service: Service, machine: Service, django_assert_max_num_queries: Any
) -> None:
    hers, own = service.tokens(hanako.client)["access_token"], own_token(machine)
    with django_assert_max_num_queries(11):
        assert get(machine, CATALOGUE, own).status_code == 200
    with django_assert_max_num_queries(25):
        assert get(service, MINE, hers).status_code == 200


def test_addresses_stay() -> None:
    named = {"api_my_attributes": MINE, "api_catalogue": CATALOGUE, "api_municipalities": NAMES}
    for name, path in named.items():
        assert reverse(f"identity:{name}", urlconf="consortium.urls.identity") == path


def test_a_token_for_another_audience(machine: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other, context.person(None):
        other.setattr("identity.oidc.machine_token.audience", lambda: "https://elsewhere.example")
        foreign = issue(Client(machine.party), " ".join(SCOPES), "")["access_token"]
    assert get(machine, CATALOGUE, foreign).status_code == 401
