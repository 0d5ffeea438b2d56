"""acr_values, claims and hints: who must sign in again, more strongly, and what the service is told."""

import json
from typing import Any

import pytest
from django.test import Client

from consortium.tenancy import context
from identity.models import Passkey
from identity.oidc import keys
from tests.identity.residents import TARO, Counter, Resident, make_resident, sign_in
from tests.isolation.rows import as_owner

from .support import HOST, Service, agree, answer, go, jwt_claims, leaves, next_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def synced(identity_surface: Any, counter: Counter) -> Resident:
    """Taro, whose only passkey is synced: level 2."""
    return make_resident(counter, TARO, backup_eligible=True)


def signed_in_weakly(resident: Resident) -> None:
    """As if by a synced passkey, though her own is device-bound."""
    session = resident.client.session
    session["sign_in"] |= {"level": 2, "amr": ["swk", "user", "mfa"]}
    session.save()


def acr_of(service: Service, response: Any) -> str:
    tokens = service.redeem(answer(response)["code"]).json()
    return str(jwt_claims(tokens["id_token"])["acr"])


def test_stronger_sign_in_is_offered_where_she_can(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    signed_in_weakly(hanako)
    asked = service.authorize(hanako.client, acr_values="aal3 aal1")
    assert "reason=stronger" in asked["Location"]
    page = hanako.client.get(asked["Location"], HTTP_HOST=HOST)
    assert "より強いパスキーが必要です" in page.content.decode()
    back = next_of(asked)
    hanako.client.defaults["HTTP_HOST"] = HOST
    sign_in(hanako.client, hanako.device, next=back)
    assert acr_of(service, hanako.client.get(back)) == "aal3"


def test_stronger_sign_in_is_offered_once(hanako: Resident, service: Service) -> None:
    """She signed in weakly again: the service is told the next step of its list that she reaches."""
    service.code(hanako.client)
    signed_in_weakly(hanako)
    back = next_of(service.authorize(hanako.client, acr_values="aal3 aal1"))
    hanako.client.defaults["HTTP_HOST"] = HOST
    sign_in(hanako.client, hanako.device, next=back)
    signed_in_weakly(hanako)
    assert acr_of(service, hanako.client.get(back)) == "aal1"
    back = next_of(service.authorize(hanako.client, acr_values="aal3"))
    sign_in(hanako.client, hanako.device, next=back)
    signed_in_weakly(hanako)
    refused = hanako.client.get(back)
    assert refused.status_code == 403
    assert "error=unmet_authentication_requirements" in refused.context["location"]


def test_silent_requests_take_what_there_is(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    signed_in_weakly(hanako)
    assert acr_of(service, service.authorize(hanako.client, prompt="none", acr_values="aal3 aal1")) == "aal1"
    told = answer(service.authorize(hanako.client, prompt="none", acr_values="aal3"))
    assert told["error"] == "unmet_authentication_requirements"


@pytest.mark.parametrize("wish", ["aal3", "ial3", "ial3 aal3"])
def test_step_that_cannot_be_reached_is_an_error(synced: Resident, service: Service, wish: str) -> None:
    page = service.authorize(synced.client, acr_values=wish)
    assert page.status_code == 403
    assert "求める確かさでは" in page.content.decode()
    assert "error=unmet_authentication_requirements" in page.context["location"]


def test_first_step_that_can_be_met(synced: Resident, service: Service) -> None:
    """aal3 is out of her reach: the next one is met as she is, and nobody asks her anything."""
    service.code(synced.client)
    assert acr_of(service, service.authorize(synced.client, acr_values="aal3 ial2 aal1")) == "ial2"


def acr_claim(**wish: Any) -> str:
    return json.dumps({"id_token": {"acr": wish}})


def test_acr_by_the_claims_parameter(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    essential = acr_claim(essential=True, values=["gold", "aal2"])
    assert acr_of(service, service.authorize(hanako.client, claims=essential)) == "aal2"
    assert acr_of(service, service.authorize(hanako.client, claims=acr_claim(value="gold"))) == "aal3"
    unmet = service.authorize(hanako.client, claims=acr_claim(essential=True, value="gold"))
    assert "unmet_authentication_requirements" in unmet.context["location"]


def test_attributes_by_the_claims_parameter_need_consent_too(hanako: Resident, service: Service) -> None:
    """What the service may not have is ignored, as what nobody knows is."""
    wish = json.dumps({"userinfo": {"age_over_65": {"essential": True}, "name": None, "shoe_size": None}})
    service.code(hanako.client, scope="openid resident_of")
    page = service.authorize(hanako.client, scope="openid resident_of", claims=wish)
    assert page.status_code == 200 and "65歳以上かどうか" in page.content.decode()
    token = service.redeem(answer(agree(hanako.client, page))["code"]).json()["access_token"]
    assert set(service.userinfo(token).json()) == {"sub", "resident_of", "age_over_65"}


def test_attributes_in_the_id_token_where_the_service_asks_for_them_there(
    hanako: Resident, service: Service
) -> None:
    wish = json.dumps({"id_token": {"age_over_65": None}})
    page = service.authorize(hanako.client, scope="openid resident_of", claims=wish)
    tokens = service.redeem(answer(agree(hanako.client, page))["code"]).json()
    assert jwt_claims(tokens["id_token"])["age_over_65"] is True
    assert set(service.userinfo(tokens["access_token"]).json()) == {"sub", "resident_of"}


def test_hint_of_whom_the_service_means(
    hanako: Resident, synced: Resident, service: Service, transport: Any, register: Any
) -> None:
    """By an ID token, however old, or by name; another resident gets no answer."""
    hint = service.tokens(hanako.client)["id_token"]
    by_name = json.dumps({"id_token": {"sub": {"value": jwt_claims(hint)["sub"]}}})
    service.code(synced.client)
    for wish in ({"id_token_hint": hint}, {"claims": by_name}):
        assert "code" in answer(service.authorize(hanako.client, prompt="none", **wish))
        for prompt in ("none", None):
            refused = answer(service.authorize(synced.client, prompt=prompt, **wish))
            assert refused["error"] == "login_required"
    other = register(transport, name_ja="別のサービス")
    assert answer(other.authorize(hanako.client, id_token_hint=hint))["error"] == "invalid_request"


@pytest.mark.parametrize("kind", ["userinfo", "logout token", "logout token, typed wrongly"])
def test_other_jwts_of_ours_are_no_hints(hanako: Resident, service: Service, kind: str) -> None:
    claims = jwt_claims(service.tokens(hanako.client)["id_token"])
    if kind == "userinfo":
        claims = {name: claims[name] for name in ("iss", "aud", "iat", "sub")}
    elif kind == "logout token, typed wrongly":
        claims["events"] = {}
    with context.person(None):
        other = keys.sign(claims, "ES256", typ="logout+jwt" if kind == "logout token" else "JWT")
    told = answer(service.authorize(hanako.client, id_token_hint=other))
    assert told["error"] == "invalid_request"


def test_expired_hint_still_tells(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.code(hanako.client)
    with monkeypatch.context() as patch:
        patch.setattr("identity.oidc.id_token.ID_TOKEN_LIFE", -100_000)
        hint = service.tokens(hanako.client)["id_token"]
    assert "code" in answer(service.authorize(hanako.client, prompt="none", id_token_hint=hint))


def test_language_that_the_service_asks_for(hanako: Resident, service: Service) -> None:
    """Where she has chosen none herself; the sign-in page speaks it too."""
    stranger = Client(HTTP_HOST=HOST, HTTP_ACCEPT_LANGUAGE="ja")
    asked = service.authorize(stranger, ui_locales="xx-YY en-GB ja")
    assert 'lang="en"' in stranger.get(asked["Location"]).content.decode()
    page = service.authorize(hanako.client, ui_locales="en")
    assert "Information you will share" in page.content.decode() or 'lang="en"' in page.content.decode()
    own = Client(HTTP_HOST=HOST)
    own.cookies["language"] = "ja"
    asked = service.authorize(own, ui_locales="en")
    assert 'lang="ja"' in own.get(asked["Location"]).content.decode()


def test_step_up_of_a_pushed_request(hanako: Resident, service: Service) -> None:
    service.code(hanako.client)
    signed_in_weakly(hanako)
    back = next_of(go(hanako.client, service.pushed(acr_values="aal3")))
    hanako.client.defaults["HTTP_HOST"] = HOST
    sign_in(hanako.client, hanako.device, next=back)
    assert acr_of(service, hanako.client.get(back)) == "aal3"


def test_revoked_passkey_is_no_way_up(hanako: Resident, service: Service) -> None:
    signed_in_weakly(hanako)
    with as_owner():
        Passkey.objects.filter(citizen=hanako.citizen_id).update(backup_eligible=True)
    page = service.authorize(hanako.client, acr_values="aal3")
    assert page.status_code == 403 and not leaves(page)
