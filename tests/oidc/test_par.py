"""Pushed authorization requests: checked at once, opened in time, answered once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from consortium.tenancy import context
from identity.models import AuthorizationCode, PushedRequest
from identity.oidc.grants.code import hash_of
from tests.identity.residents import Resident, sign_in

from .proofs import Prover
from .support import FORM, HOST, PAR, Service, agree, answer, basic, go, leaves, next_of

pytestmark = pytest.mark.django_db
PARALLEL = 200
THREADS = 8


def expire() -> None:
    with context.opened(context.Context("owner")):
        PushedRequest.objects.update(expires_at="2026-01-01T00:00:00Z")


def test_pushed_request_is_answered(hanako: Resident, service: Service) -> None:
    response = service.push()
    assert response.status_code == 201 and response["Cache-Control"] == "no-store"
    told = response.json()
    assert told["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert told["expires_in"] <= 90
    assert PushedRequest.objects.get().uri_hash == hash_of(told["request_uri"])
    page = go(hanako.client, {"client_id": service.party.client_id, "request_uri": told["request_uri"]})
    given = answer(agree(hanako.client, page))
    assert given["state"] == "s-1"
    assert service.redeem(given["code"]).status_code == 200


def test_what_stands_beside_it_is_ignored(hanako: Resident, service: Service) -> None:
    query = service.pushed() | {"state": "other", "prompt": "none", "redirect_uri": "https://evil.example/"}
    page = go(hanako.client, query)
    assert answer(agree(hanako.client, page))["state"] == "s-1"


def test_not_consumed_before_authentication_completes(hanako: Resident, service: Service) -> None:
    """She may reload, and take her time to sign in and to decide; after the answer it is worth nothing."""
    query, browser = service.pushed(), Client(HTTP_HOST=HOST)
    assert next_of(go(browser, query)) and next_of(go(browser, query))
    back = next_of(go(browser, query))
    expire()
    assert sign_in(browser, hanako.device, next=back)["Location"] == back
    page = browser.get(back)
    assert "code" in answer(agree(browser, page))
    for again in (go(browser, query), browser.get(back), agree(browser, page)):
        assert again.status_code == 400 and not leaves(again)
    assert AuthorizationCode.objects.count() == 1


def test_decision_after_the_request_expired(hanako: Resident, service: Service) -> None:
    page = go(hanako.client, service.pushed())
    expire()
    assert answer(agree(hanako.client, page, "deny"))["error"] == "access_denied"
    refused = agree(hanako.client, page)
    assert refused.status_code == 400


def test_has_to_be_opened_in_time(hanako: Resident, service: Service) -> None:
    query = service.pushed()
    expire()
    refused = go(hanako.client, query)
    assert refused.status_code == 400 and "invalid_request_uri" in refused.content.decode()


def test_error_is_an_answer_too(hanako: Resident, service: Service) -> None:
    query = service.pushed(prompt="none")
    assert answer(go(hanako.client, query))["error"] == "consent_required"
    assert go(hanako.client, query).status_code == 400


def test_request_of_another_client(hanako: Resident, service: Service, transport: Any, register: Any) -> None:
    other = register(transport, name_ja="別のサービス")
    query = service.pushed()
    for client_id in (other.party.client_id, "x", ""):
        refused = go(hanako.client, query | {"client_id": client_id})
        assert refused.status_code == 400 and not leaves(refused)
    assert go(hanako.client, query).status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid name"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"client_id": "other"}, "invalid_request"),
        ({"dpop_jkt": "x"}, "invalid_request"),
        ({"state": "日本"}, "invalid_request"),
    ],
)
def test_every_error_is_found_at_the_push(
    identity_surface: Any, service: Service, change: dict[str, Any], error: str
) -> None:
    response = service.push(**change)
    assert (response.status_code, response.json()["error"]) == (400, error), response.content
    assert "Location" not in response and "state" not in response.json()
    assert not PushedRequest.objects.exists()


def test_client_has_to_prove_who_it_is(identity_surface: Any, service: Service) -> None:
    client_id = service.party.client_id
    wrong = service.post(service.parameters(), to=PAR, HTTP_AUTHORIZATION=basic(client_id, "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    service.secret = ""
    assert service.push().status_code == 401
    assert service.push(client_id="0" * 32).status_code == 401


def test_public_client(hanako: Resident, transport: Any, register: Any) -> None:
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    assert go(hanako.client, public.pushed()).status_code == 200


def test_pushing_stores_no_more_than_is_asked(
    transport: Any, register: Any, service: Service, identity_surface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither much at once nor, where anybody may push, often."""
    large = service.push(state="s" * 4096, claims="x" * 4096)
    assert (large.status_code, large.json()["error"]) == (400, "invalid_request")
    assert "too large" in large.json()["error_description"] and not PushedRequest.objects.exists()
    monkeypatch.setattr("identity.oidc.throttle.INTERACTIONS", 2)
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    assert [public.push().status_code for _ in range(3)] == [201, 201, 429]
    assert [service.push().status_code for _ in range(3)] == [201, 201, 201]


def test_malformed_pushes(identity_surface: Any, service: Service) -> None:
    header = basic(service.party.client_id, service.secret)
    for path, body in (
        (PAR, "state=a&state=b"),
        (f"{PAR}?state=a", "response_type=code"),
        (PAR, "client_secret=x"),
        (PAR, "state=%00"),
    ):
        response = service.machine.post(path, body, content_type=FORM, HTTP_AUTHORIZATION=header)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request"), body
    assert service.machine.get(PAR).status_code == 405


def test_who_must_push_cannot_do_without(hanako: Resident, service: Service) -> None:
    with context.secretariat():
        parties = type(service.party).objects.filter(pk=service.party.pk)
        parties.update(require_pushed_authorization_requests=True)
    refused = answer(service.authorize(hanako.client))
    assert refused["error"] == "invalid_request" and "must push" in refused["error_description"]
    assert go(hanako.client, service.pushed()).status_code == 200


def test_proof_at_the_push_binds_the_code(hanako: Resident, service: Service) -> None:
    prover = Prover()
    page = go(hanako.client, service.pushed(prover=prover))
    code = answer(agree(hanako.client, page))["code"]
    assert service.redeem(code, Prover()).json()["error"] == "invalid_grant"
    assert service.redeem(code, prover).json()["token_type"] == "DPoP"
    differing = service.push(prover=prover, dpop_jkt=Prover().jkt)
    assert (differing.status_code, differing.json()["error"]) == (400, "invalid_dpop_proof")


def test_who_she_may_be_is_not_kept(identity_surface: Any, service: Service) -> None:
    service.pushed(login_hint="hanako@example.jp", unknown="x")
    assert set(PushedRequest.objects.get().parameters) == set(service.parameters())


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_many_answers_succeeds(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.oidc.throttle.INTERACTIONS", 10**9)
    service.code(hanako.client)
    query, barrier = service.pushed(), Barrier(THREADS)
    cookies = hanako.client.cookies

    def redeem(_: int) -> list[str]:
        browser = Client(HTTP_HOST=HOST)
        browser.cookies = cookies
        barrier.wait()
        try:
            return [_answer_of(go(browser, query)) for _ in range(PARALLEL // THREADS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = Counter(one for many in pool.map(redeem, range(THREADS)) for one in many)
    assert found == {"code": 1, "refused": PARALLEL - 1}
    assert AuthorizationCode.objects.count() == 2


def _answer_of(response: Any) -> str:
    if response.status_code == 400:
        return "refused"
    return "code" if "code" in answer(response) else "error"
