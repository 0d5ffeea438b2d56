"""What the conformance suite's OpenID Connect modules look for and no other test of ours does.

The name of each test is that of the module, as docs/conformance.md lists them.
"""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.identity.residents import Resident
from tests.oidc.support import AUTHORIZE, FORM, HOST, USERINFO, Service, answer, jwt_claims

pytestmark = pytest.mark.django_db


@pytest.fixture
def consented(hanako: Resident, service: Service) -> dict[str, Any]:
    """Tokens of a first login; from then on she is not asked again."""
    return service.tokens(hanako.client)


def test_response_type_missing(hanako: Resident, service: Service) -> None:
    told = answer(service.authorize(hanako.client, response_type=None))
    assert told["error"] in {"invalid_request", "unsupported_response_type"} and told["state"] == "s-1"


def test_idtoken_signature(consented: dict[str, Any], service: Service) -> None:
    keys = KeySet.import_key_set(service.machine.get("/oauth/jwks").json())
    token = jwt.decode(consented["id_token"], keys, algorithms=["ES256"])
    assert token.header["kid"] in {key.kid for key in keys.keys}


def test_userinfo_post_header(consented: dict[str, Any], service: Service) -> None:
    response = service.machine.post(USERINFO, HTTP_AUTHORIZATION=f"Bearer {consented['access_token']}")
    assert response.json()["sub"] == jwt_claims(consented["id_token"])["sub"]


def test_userinfo_post_body_is_not_offered(consented: dict[str, Any], service: Service) -> None:
    """A token belongs into the header (RFC 9700, 4.3.2): the suite takes a refusal for a warning."""
    body = {"access_token": consented["access_token"]}
    assert service.machine.post(USERINFO, body).status_code == 401


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"nonce": None}, id="ensure-request-without-nonce-succeeds-for-code-flow"),
        pytest.param({"state": None}, id="without-state"),
        pytest.param({"nonce": "n" * 64}, id="with-64-char-nonce"),
        pytest.param({"nonce": "n" * 384}, id="with-long-nonce"),
        pytest.param({"state": "s" * 384}, id="with-long-state"),
        pytest.param({"scope": "age_over_65 resident_of openid"}, id="alternate-happy-flow"),
        pytest.param({"display": "page"}, id="display-page"),
        pytest.param({"display": "popup"}, id="display-popup"),
        pytest.param({"max_age": "10000"}, id="max-age-10000"),
        pytest.param({"extra": "foobar"}, id="ensure-request-with-unknown-parameter-succeeds"),
        pytest.param({"login_hint": "buffy@example.jp"}, id="login-hint"),
        pytest.param({"ui_locales": "se"}, id="ui-locales"),
        pytest.param({"claims_locales": "se"}, id="claims-locales"),
        pytest.param({"acr_values": "1 2"}, id="ensure-request-with-acr-values-succeeds"),
    ],
)
def test_succeeds(
    hanako: Resident, service: Service, consented: dict[str, Any], more: dict[str, str | None]
) -> None:
    """Understood or not, it is no error; state and nonce come back as they were sent."""
    asked = service.parameters(**more)
    told = answer(service.authorize(hanako.client, **more))
    assert told.get("state") == asked.get("state")
    given = service.redeem(told["code"]).json()
    assert jwt_claims(given["id_token"]).get("nonce") == asked.get("nonce")
    assert service.userinfo(given["access_token"]).status_code == 200


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone"])
def test_standard_scopes_are_refused_by_name(hanako: Resident, service: Service, scope: str) -> None:
    """Attributes are asked for one by one here; discovery does not name these scopes."""
    assert answer(service.authorize(hanako.client, scope=f"openid {scope}"))["error"] == "invalid_scope"


def test_prompt_none_logged_in(hanako: Resident, service: Service, consented: dict[str, Any]) -> None:
    told = answer(service.authorize(hanako.client, prompt="none"))
    again = jwt_claims(service.redeem(told["code"]).json()["id_token"])
    first = jwt_claims(consented["id_token"])
    assert (again["sub"], again["auth_time"]) == (first["sub"], first["auth_time"])


@pytest.mark.parametrize("name", ["request", "registration"])
def test_unsigned_request_object_is_refused(hanako: Resident, service: Service, name: str) -> None:
    value = "eyJhbGciOiJub25lIn0.e30."
    assert answer(service.authorize(hanako.client, **{name: value}))["error"] == f"{name}_not_supported"


def test_ensure_post_request_succeeds(hanako: Resident, service: Service, consented: dict[str, Any]) -> None:
    form = urlencode(service.parameters())
    there = hanako.client.post(AUTHORIZE, form, content_type=FORM, HTTP_HOST=HOST)
    assert there.status_code in {302, 303}
    assert "code" in answer(hanako.client.get(there["Location"], HTTP_HOST=HOST))


def test_other_response_types(hanako: Resident, service: Service) -> None:
    for kind in ("token", "id_token", "code id_token"):
        told = answer(service.authorize(hanako.client, response_type=kind))
        assert told["error"] == "unsupported_response_type", kind


def test_stranger_s_browser_is_asked_to_sign_in(identity_surface: Any, service: Service) -> None:
    response = service.authorize(Client(HTTP_HOST=HOST), prompt="login")
    assert response["Location"].startswith("/sign-in/?")


def test_id_token_hint(hanako: Resident, service: Service, consented: dict[str, Any]) -> None:
    told = answer(service.authorize(hanako.client, prompt="none", id_token_hint=consented["id_token"]))
    again = jwt_claims(service.redeem(told["code"]).json()["id_token"])
    assert again["sub"] == jwt_claims(consented["id_token"])["sub"]


def test_claims_essential(hanako: Resident, service: Service, consented: dict[str, Any]) -> None:
    """No error, and no attribute that consent does not cover."""
    wish = '{"userinfo": {"name": {"essential": true}}}'
    told = answer(service.authorize(hanako.client, claims=wish))
    given = service.redeem(told["code"]).json()["access_token"]
    assert "name" not in service.userinfo(given).json()
