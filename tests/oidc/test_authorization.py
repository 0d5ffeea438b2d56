"""What the authorization endpoint refuses, and where it says so."""

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from consortium.tenancy.models import Municipality
from identity.domain.sign_in import SignIn
from identity.oidc.clients import matches
from services.actions.relying_parties import suspend_relying_party
from tests.identity.residents import Resident, make_counter, make_resident, sign_in

from .support import HOST, ISSUER, Service, answer, jwt_claims, next_of

NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
pytestmark = pytest.mark.django_db


def refused_without_redirect(response: Any) -> str:
    assert response.status_code == 400
    assert "Location" not in response
    return str(response.content.decode())


@pytest.mark.parametrize(
    "redirect_uri",
    [
        None,
        "https://evil.example/callback",
        "http://localhost:8002/callback/",
        "http://localhost:8002/callback?x=1",
        "http://localhost:8002/callbackx",
        "http://localhost:8002@evil.example/callback",
        "http://localhost:8002/callback#f",
        'http://localhost:8002/callback"',
        "http://localhost:8002/日本",
        "javascript:alert(1)",
    ],
)
def test_redirect_uri_by_exact_match_never_an_open_redirect(
    hanako: Resident, service: Service, redirect_uri: str | None
) -> None:
    refused_without_redirect(service.authorize(hanako.client, redirect_uri=redirect_uri))
    refused_without_redirect(service.decide(hanako.client, redirect_uri=redirect_uri))


def test_loopback_port_excepted() -> None:
    assert matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb")
    assert matches("http://localhost:8002/cb", "http://localhost:9/cb")
    assert not matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/other")
    assert not matches("http://127.0.0.1/cb", "http://localhost/cb")
    assert not matches("http://127.0.0.1/cb", "https://127.0.0.1:1/cb")
    assert not matches("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb")
    assert not matches("https://a.example/cb", "https://a.example:444/cb")


def test_unknown_client_and_foreign_redirect_look_alike(hanako: Resident, service: Service) -> None:
    pages = [
        refused_without_redirect(service.authorize(hanako.client, **wrong))
        for wrong in ({"client_id": "0" * 32}, {"redirect_uri": "https://evil.example/"})
    ]
    assert all("client_id or redirect_uri is not registered here." in page for page in pages)


def test_suspended_client_is_unknown(hanako: Resident, service: Service, secretary: Any, acting: Any) -> None:
    with acting(secretary) as actor:
        suspend_relying_party(by=actor, relying_party=service.party)
    refused_without_redirect(service.authorize(hanako.client))


@pytest.mark.parametrize(
    "wrong", [{"code_challenge_method": "plain"}, {"code_challenge_method": None}, NO_PKCE]
)
@pytest.mark.parametrize("kind", ["client_secret_basic", "none"])
def test_pkce_plain_and_missing_pkce_are_refused_at_authorization(
    hanako: Resident, transport: Any, register: Any, kind: str, wrong: dict[str, str | None]
) -> None:
    """Of a confidential client too, and silently as well as with a screen; the code is never given out."""
    asking = register(transport, auth_method=kind, dpop_bound_access_tokens=kind == "none")
    asking.code(hanako.client)
    for prompt in (None, "none"):
        told = answer(asking.authorize(hanako.client, prompt=prompt, **wrong))
        assert told["error"] == "invalid_request" and "code" not in told


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "age_over_65"}, "invalid_scope"),
        ({"scope": "openid name"}, "invalid_scope"),
        ({"scope": "openid under_18"}, "invalid_scope"),
        ({"scope": "openid unheard_of"}, "invalid_scope"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"prompt": "none select_account"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "9" * 30}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://a.example/r"}, "request_uri_not_supported"),
        ({"registration": "x"}, "registration_not_supported"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": '{"userinfo": {"sub": 1}}'}, "invalid_request"),
        ({"claims": "[" * 4000}, "invalid_request"),
        ({"id_token_hint": "e30.e30.x"}, "invalid_request"),
    ],
)
def test_errors_go_back_with_state_and_iss(
    hanako: Resident, service: Service, change: dict[str, str | None], error: str
) -> None:
    """PKCE `plain` and missing PKCE among them: refused at authorization, confidential client or not."""
    for browser in (hanako.client, Client()):
        given = answer(service.authorize(browser, **change))
        assert (given["error"], given["state"], given["iss"]) == (error, "s-1", ISSUER)


def test_repeated_parameter_is_refused(hanako: Resident, service: Service) -> None:
    query = urlencode([*service.parameters().items(), ("redirect_uri", "https://evil.example/")])
    refused_without_redirect(hanako.client.get(f"/oauth/authorize?{query}", HTTP_HOST=HOST))


def test_prompt_none_without_sign_in(identity_surface: Any, service: Service) -> None:
    assert answer(service.authorize(Client(), prompt="none"))["error"] == "login_required"


def test_prompt_none_without_consent(hanako: Resident, service: Service) -> None:
    """Nor is anything else told of her then: who she is not, what she has not proved."""
    somebody = json.dumps(
        {"id_token": {"sub": {"value": "somebody"}, "acr": {"essential": True, "value": "x"}}}
    )
    for wish in ({}, {"claims": somebody}, {"acr_values": "ial3 aal3"}):
        told = answer(service.authorize(hanako.client, prompt="none", **wish))
        assert told["error"] == "consent_required"


@pytest.mark.parametrize("again", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
def test_reauthentication_and_auth_time_says_so(
    hanako: Resident, service: Service, again: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also: coming back without a new sign-in is no way round it."""
    service.code(hanako.client)
    session = hanako.client.session
    session["sign_in"] |= {"at": int(time.time()) - 1000}
    session.save()
    back = next_of(service.authorize(hanako.client, **again))
    assert next_of(hanako.client.get(back, HTTP_HOST=HOST))
    hanako.client.defaults["HTTP_HOST"] = HOST
    assert sign_in(hanako.client, hanako.device, next=back)["Location"] == back
    code = answer(hanako.client.get(back))["code"]
    claims = jwt_claims(service.redeem(code).json()["id_token"])
    assert claims["auth_time"] >= int(time.time()) - 60


def test_resume_of_another_request_is_worth_nothing(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    old = next_of(service.authorize(Client(), prompt="login"))
    resume = parse_qs(urlsplit(old).query)["resume"][0]
    assert next_of(service.authorize(hanako.client, prompt="login", state="s-2", resume=resume))


def test_max_age_of_a_fresh_sign_in(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    assert "code" in answer(service.authorize(hanako.client, max_age="600", prompt="none"))


@pytest.mark.parametrize(
    ("wish", "acr"), [("aal3 aal1", "aal3"), ("aal1 aal3", "aal1"), ("gold ial2", "ial2"), ("gold", "aal3")]
)
def test_acr_is_the_first_that_is_met_never_the_lowest_by_accident(
    hanako: Resident, service: Service, wish: str, acr: str
) -> None:
    assert jwt_claims(service.tokens(hanako.client, acr_values=wish)["id_token"])["acr"] == acr


def test_municipality_that_has_not_adopted(
    identity_surface: Any, service: Service, takasaki: Municipality
) -> None:
    stranger = make_resident(make_counter(takasaki))
    page = service.authorize(stranger.client)
    assert page.status_code == 403
    assert "お住まいの市区町村が採用したときに利用できます" in page.content.decode()
    back = parse_qs(urlsplit(page.context["location"]).query)
    assert back["error"] == ["access_denied"] and back["iss"] == [ISSUER] and back["state"] == ["s-1"]
    assert "has not adopted" in back["error_description"][0]
    assert answer(service.authorize(stranger.client, prompt="none"))["error"] == "consent_required"
    assert service.decide(stranger.client).status_code == 403


def test_weak_sign_in_is_told_and_reported(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = SignIn(int(time.time()), ("swk",), 0, hanako.citizen_id)
    monkeypatch.setattr("identity.oidc.interaction.sign_in_of", lambda request: weak)
    monkeypatch.setattr("identity.oidc.authorize.best_sign_in", lambda citizen_id: 0)
    page = service.authorize(hanako.client)
    assert page.status_code == 403
    assert "unmet_authentication_requirements" in page.context["location"]


def test_consent_needs_the_form_token(hanako: Resident, service: Service) -> None:
    browser = Client(enforce_csrf_checks=True, HTTP_HOST=HOST)
    browser.cookies = hanako.client.cookies
    assert service.decide(browser).status_code == 403


def test_challenge_of_a_confidential_client_is_checked(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    wrong = service.redeem(code, code_verifier="x" * 43)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert service.redeem(code, code_verifier=None).json()["error"] == "invalid_request"
    assert service.redeem(code).status_code == 200


def test_rate_limit_tells_when_to_return(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.oidc.throttle.INTERACTIONS", 2)
    answers = [service.authorize(hanako.client) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
