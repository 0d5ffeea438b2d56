"""A resident signs in to a service: from the authorization request to the attributes."""

from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from consortium.tenancy import context
from identity.actions.tokens import hash_of
from identity.models import AccessToken, AuthorizationCode, Disclosure
from tests.identity.residents import Resident, sign_in

from .support import HOST, ISSUER, Service, answer, form_action, jwt_claims, next_of

pytestmark = pytest.mark.django_db


def test_stranger_is_sent_to_sign_in_and_back(identity_surface: Any, service: Service) -> None:
    back = next_of(service.authorize(Client()))
    assert back.startswith("/oauth/authorize?response_type=code&")
    assert "resume=" in back


def test_consent_screen_says_who_what_and_what_not(hanako: Resident, service: Service) -> None:
    response = service.authorize(hanako.client)
    page = response.content.decode()
    assert response.status_code == 200
    shown = ("まちなか交通割引", "運賃の割引を適用するため", "住んでいる市区町村", "65歳以上かどうか")
    assert all(text in page for text in (*shown, "提供しない情報", "氏名"))
    assert "checked" not in page
    answers = page.split("actions--equal")[1].split("</form>")[0]
    assert answers.count("button--secondary") == 2 and "button--primary" not in answers
    assert "form-action 'self'" in response["Content-Security-Policy"].split("; ")
    assert form_action(response).startswith("/oauth/consent?")


def test_whole_login(hanako: Resident, service: Service) -> None:
    page = service.authorize(hanako.client)
    assert page.status_code == 200
    given = answer(service.decide(hanako.client, page=page))
    assert (given["state"], given["iss"]) == ("s-1", ISSUER)
    response = service.redeem(given["code"])
    assert response.status_code == 200, response.content
    assert response["Cache-Control"] == "no-store"
    tokens = response.json()
    assert tokens["token_type"] == "Bearer" and tokens["expires_in"] <= 600
    published = service.machine.get("/oauth/jwks").json()
    claims = jwt.decode(tokens["id_token"], KeySet.import_key_set(published), algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, service.party.client_id, "n-1")
    assert claims["acr"] == "aal3" and claims["amr"] == ["hwk", "user", "mfa"]
    assert claims["auth_time"] and claims["sid"] and claims["at_hash"]
    info = service.userinfo(tokens["access_token"]).json()
    assert info == {"sub": claims["sub"], "resident_of": "102016", "age_over_65": True}


def test_denied_goes_back_as_access_denied(hanako: Resident, service: Service) -> None:
    given = answer(service.decide(hanako.client, "deny"))
    assert (given["error"], given["state"], given["iss"]) == ("access_denied", "s-1", ISSUER)


def test_consent_is_to_what_she_saw(hanako: Resident, service: Service) -> None:
    """What changed while she was reading is shown to her; so is what she never saw."""
    page = service.authorize(hanako.client)
    with context.secretariat():
        type(service.party).objects.filter(pk=service.party.pk).update(purpose_ja="別の目的")
    again = service.decide(hanako.client, page=page)
    assert again.status_code == 200 and "別の目的" in again.content.decode()
    wider = service.authorize(hanako.client, scope="openid resident_of")
    assert form_action(service.decide(hanako.client, page=wider))
    assert form_action(service.decide(hanako.client))
    assert answer(service.authorize(hanako.client, prompt="none"))["error"] == "consent_required"
    assert "code" in answer(service.decide(hanako.client, page=again))


def test_consent_is_remembered(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    assert "code" in answer(service.authorize(hanako.client))
    assert "code" in answer(service.authorize(hanako.client, prompt="none"))
    assert service.authorize(hanako.client, prompt="consent").status_code == 200


def test_more_attributes_ask_anew(hanako: Resident, service: Service) -> None:
    service.code(hanako.client, scope="openid resident_of")
    assert service.authorize(hanako.client).status_code == 200
    assert answer(service.authorize(hanako.client, prompt="none"))["error"] == "consent_required"


def test_changed_purpose_asks_anew(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    with context.secretariat():
        type(service.party).objects.filter(pk=service.party.pk).update(purpose_ja="別の目的")
    assert service.authorize(hanako.client).status_code == 200


def test_consent_to_one_client_never_lets_another_through(
    hanako: Resident, service: Service, transport: Any, register: Any
) -> None:
    other = register(transport, name_ja="別のサービス")
    service.code(hanako.client)
    assert answer(other.authorize(hanako.client, prompt="none"))["error"] == "consent_required"
    assert other.authorize(hanako.client).status_code == 200


def test_only_consented_attributes_leave(hanako: Resident, service: Service) -> None:
    tokens = service.tokens(hanako.client, scope="openid age_over_65")
    assert set(service.userinfo(tokens["access_token"]).json()) == {"sub", "age_over_65"}
    with context.citizen(hanako.citizen_id):
        rows = list(Disclosure.objects.filter(citizen_id=hanako.citizen_id))
    assert [(row.attributes, row.path) for row in rows] == [(["age_over_65"], "userinfo")]


def test_withdrawal_ends_tokens_and_asks_anew(hanako: Resident, service: Service, withdraw: Any) -> None:
    tokens = service.tokens(hanako.client)
    waiting = service.code(hanako.client)
    withdraw(hanako, service)
    refused = service.userinfo(tokens["access_token"])
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused["WWW-Authenticate"]
    assert service.redeem(waiting).json()["error"] == "invalid_grant"
    assert service.authorize(hanako.client).status_code == 200


def test_sub_is_never_a_database_key_and_agrees_within_the_sector(
    hanako: Resident, service: Service, transport: Any, register: Any
) -> None:
    other = register(transport, name_ja="別のサービス")
    first = jwt_claims(service.tokens(hanako.client)["id_token"])["sub"]
    second = jwt_claims(other.tokens(hanako.client)["id_token"])["sub"]
    assert first == second
    assert first not in {str(hanako.citizen_id), hanako.citizen_id.hex, str(hanako.user.pk)}


def test_rotated_secret_key_changes_no_sub(hanako: Resident, service: Service, settings: Any) -> None:
    before = jwt_claims(service.tokens(hanako.client)["id_token"])["sub"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    assert jwt_claims(service.tokens(hanako.client)["id_token"])["sub"] == before


def test_only_hashes_are_stored(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    token = service.redeem(code).json()["access_token"]
    assert AuthorizationCode.objects.get().code_hash == hash_of(code)
    assert AccessToken.objects.get().token_hash == hash_of(token)
    for row in (AuthorizationCode.objects.values().get(), AccessToken.objects.values().get()):
        assert code not in str(row) and token not in str(row)
        assert not {"name", "birth_date", "address"}.intersection(row)


def test_posted_request_becomes_a_get(hanako: Resident, service: Service) -> None:
    """From another site's form no session cookie comes; after the redirect it does."""
    response = Client().post("/oauth/authorize", service.parameters(), HTTP_HOST=HOST)
    assert response.status_code == 400  # multipart
    response = Client().post(
        "/oauth/authorize",
        "response_type=code&client_id=x",
        content_type="application/x-www-form-urlencoded",
        HTTP_HOST=HOST,
    )
    assert response.status_code == 303
    assert response["Location"] == "/oauth/authorize?response_type=code&client_id=x"


def test_where_a_form_led_here_a_page_leads_back(hanako: Resident, service: Service) -> None:
    """Chromium would hold the form's policy against every redirect, those of the service's callback too."""
    answered = service.decide(hanako.client, page=service.authorize(hanako.client))
    browser = Client(HTTP_HOST=HOST)
    back = next_of(service.authorize(browser))
    assert sign_in(browser, hanako.device, next=back)["Location"] == back
    for page in (answered, browser.get(back)):
        assert page.status_code == 200
        text = page.content.decode()
        assert 'http-equiv="refresh" content="0;url=http://localhost:8002/callback?code=' in text
    assert service.authorize(hanako.client).status_code == 303
