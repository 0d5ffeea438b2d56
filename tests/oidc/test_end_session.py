"""OpenID Connect RP-Initiated Logout 1.0: who is signed out, who is asked, who is sent where."""

import re
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from consortium.tenancy import context
from identity.models import LogoutNotice
from identity.oidc import keys
from services.models import RelyingParty
from tests.identity.residents import TARO, Counter, Resident, make_resident, sign_in

from .proofs import Prover
from .support import FORM, HOST, ISSUER, OFFLINE, TOKEN, Service, jwt_claims

pytestmark = pytest.mark.django_db
END = "/oauth/end-session"
BACK = "http://localhost:8002/signed-out"
_ACTION = re.compile(r'method="post" action="(/oauth/end-session/confirm\?asked=[^"]+)"')


@pytest.fixture
def returning(service: Service) -> Service:
    """The service, with an address to come back to."""
    with context.secretariat():
        rows = RelyingParty.objects.filter(pk=service.party.pk)
        rows.update(post_logout_redirect_uris=[BACK], backchannel_logout_uri="https://service.example.jp/out")
    return service


def end(browser: Client, **parameters: str) -> Any:
    return browser.get(f"{END}?{urlencode(parameters)}", HTTP_HOST=HOST)


def is_signed_in(browser: Client) -> bool:
    return bool(browser.get("/me/", HTTP_HOST=HOST).status_code == 200)


def confirmation(page: Any) -> str:
    assert page.status_code == 200
    found = _ACTION.search(page.content.decode())
    assert found, page.content.decode()
    return found[1]


def forged(service: Service, **claims: Any) -> str:
    """An ID token as this server would sign it."""
    base = {
        "iss": ISSUER,
        "aud": service.party.client_id,
        "sub": "s",
        "sid": "x",
        "auth_time": 1,
        "exp": int(time.time()) + 60,
    }
    return keys.sign({**base, **claims}, "ES256")


def test_hint_of_who_is_signed_in_ends_the_session_at_once(hanako: Resident, returning: Service) -> None:
    tokens = returning.tokens(hanako.client)
    response = end(
        hanako.client, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK, state="a b&c"
    )
    assert (response.status_code, response["Location"]) == (303, f"{BACK}?state=a+b%26c")
    assert not is_signed_in(hanako.client)
    assert returning.userinfo(tokens["access_token"]).status_code == 401
    with context.worker():
        assert [notice.client_id for notice in LogoutNotice.objects.all()] == [returning.party.client_id]


def test_expired_hint_is_accepted(hanako: Resident, returning: Service) -> None:
    told = jwt_claims(returning.tokens(hanako.client)["id_token"])
    hint = forged(
        returning,
        sub=told["sub"],
        sid=told["sid"],
        exp=int(time.time()) - 10**6,
        iat=int(time.time()) - 10**6,
    )
    assert end(hanako.client, id_token_hint=hint, post_logout_redirect_uri=BACK)["Location"] == BACK
    assert not is_signed_in(hanako.client)


def test_a_hint_of_an_earlier_sign_in_of_hers_asks(hanako: Resident, returning: Service) -> None:
    old = returning.tokens(hanako.client)["id_token"]
    hanako.client.post("/sign-out/", HTTP_HOST=HOST)
    sign_in(hanako.client, hanako.device)
    page = end(hanako.client, id_token_hint=old, post_logout_redirect_uri=BACK)
    assert confirmation(page) and is_signed_in(hanako.client)
    assert "別の人のサインアウトかもしれません" not in page.content.decode()


def test_without_a_hint_she_is_asked_and_sent_nowhere(hanako: Resident, returning: Service) -> None:
    page = end(hanako.client, client_id=returning.party.client_id, post_logout_redirect_uri=BACK, state="s")
    assert "まちなか交通割引から、サインアウトの求めがありました" in page.content.decode()
    assert "localhost:8002" not in page["Content-Security-Policy"]
    assert is_signed_in(hanako.client)
    done = hanako.client.post(confirmation(page), HTTP_HOST=HOST)
    assert urlsplit(done["Location"]).path == "/oauth/signed-out"
    assert not is_signed_in(hanako.client)
    shown = hanako.client.get(done["Location"], HTTP_HOST=HOST).content.decode()
    assert f'href="{BACK}?state=s"' in shown and "まちなか交通割引に戻る" in shown


def test_hint_of_another_resident_asks(hanako: Resident, returning: Service, counter: Counter) -> None:
    taro = make_resident(counter, TARO)
    hint = returning.tokens(taro.client)["id_token"]
    page = end(hanako.client, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert "別の人のサインアウトかもしれません" in page.content.decode()
    assert "form-action 'self' http://localhost:8002" in page["Content-Security-Policy"]
    assert is_signed_in(hanako.client) and is_signed_in(taro.client)
    assert hanako.client.post(confirmation(page), HTTP_HOST=HOST)["Location"] == BACK
    assert not is_signed_in(hanako.client) and is_signed_in(taro.client)


def test_nobody_signed_in_goes_straight_back(hanako: Resident, returning: Service) -> None:
    hint = returning.tokens(hanako.client)["id_token"]
    assert end(Client(), id_token_hint=hint, post_logout_redirect_uri=BACK)["Location"] == BACK
    assert urlsplit(end(Client())["Location"]).path == "/oauth/signed-out"
    assert is_signed_in(hanako.client)  # in her own browser


def test_posted_from_another_site_the_hint_leaves_no_trace_in_the_address(
    hanako: Resident, returning: Service
) -> None:
    hint = returning.tokens(hanako.client)["id_token"]
    body = urlencode({"id_token_hint": hint, "post_logout_redirect_uri": BACK})
    response = Client().post(END, body, content_type=FORM, HTTP_HOST=HOST)
    assert response.status_code == 303 and hint not in response["Location"]
    assert hanako.client.get(response["Location"], HTTP_HOST=HOST)["Location"] == BACK
    assert not is_signed_in(hanako.client)


def test_confirmation_asks_for_a_csrf_token(hanako: Resident, returning: Service) -> None:
    action = confirmation(end(hanako.client))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = hanako.client.cookies
    assert strict.post(action, HTTP_HOST=HOST).status_code == 403
    assert strict.get(action, HTTP_HOST=HOST).status_code == 302
    assert is_signed_in(hanako.client)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"id_token_hint": "nonsense"}, "id_token_hint"),
        ({"id_token_hint": "a.b.c"}, ""),
        ({"id_token_hint": "eyJhbGciOiJub25lIn0.e30."}, ""),
        ({"post_logout_redirect_uri": BACK}, "post_logout_redirect_uri is not registered"),
        ({"client_id": "CLIENT", "post_logout_redirect_uri": f"{BACK}?more=1"}, "not registered"),
        ({"client_id": "unknown", "post_logout_redirect_uri": BACK}, "not registered"),
        ({"asked": "tampered"}, "too old"),
        ({"state": "\x00"}, "not allowed"),
    ],
)
def test_what_is_wrong_leads_nowhere_and_signs_nobody_out(
    hanako: Resident, returning: Service, parameters: dict[str, str], told: str
) -> None:
    client_id = returning.party.client_id
    sent = {name: value.replace("CLIENT", client_id) for name, value in parameters.items()}
    page = end(hanako.client, **sent)
    assert page.status_code == 400, page.content
    assert told in page.content.decode() and "まだサインアウトしていません" in page.content.decode()
    assert is_signed_in(hanako.client)


def test_hints_that_are_no_id_tokens_of_ours(hanako: Resident, returning: Service, register: Any) -> None:
    good = returning.tokens(hanako.client)["id_token"]
    head, body, signature = good.split(".")
    userinfo_token = keys.sign({"iss": ISSUER, "aud": returning.party.client_id, "sub": "s"}, "ES256")
    wrong = [
        f"{head}.{body}.{signature[:-4]}AAAA",
        forged(returning, iss="https://other.example"),
        forged(returning, events={}),
        userinfo_token,
    ]
    for hint in wrong:
        assert end(hanako.client, id_token_hint=hint).status_code == 400
    assert end(hanako.client, id_token_hint=good, client_id="0" * 32).status_code == 400
    assert is_signed_in(hanako.client)


def test_repeated_and_misplaced_parameters_are_refused(hanako: Resident, returning: Service) -> None:
    assert hanako.client.get(f"{END}?state=1&state=2", HTTP_HOST=HOST).status_code == 400
    posted = hanako.client.post(f"{END}?state=1", "", content_type=FORM, HTTP_HOST=HOST)
    assert posted.status_code == 400
    assert hanako.client.head(END, HTTP_HOST=HOST).status_code == 405


@pytest.mark.parametrize(
    ("wished", "spoken"),
    [("fr en-GB ja", "Sign out?"), ("xx", "サインアウトしますか"), ("ja-easy", "サインアウト")],
)
def test_speaks_the_language_that_the_service_names(
    hanako: Resident, returning: Service, wished: str, spoken: str
) -> None:
    page = end(hanako.client, client_id=returning.party.client_id, ui_locales=wished)
    assert spoken in page.content.decode()


def test_a_dpop_bound_refresh_token_can_log_out(
    hanako: Resident, returning: Service, transport: Any, register: Any
) -> None:
    """Without a proof: the ID token that came of a refresh is hint enough, and revocation asks for none."""
    bound = register(
        transport,
        grant_types=["authorization_code", "refresh_token"],
        dpop_bound_access_tokens=True,
        post_logout_redirect_uris=[BACK],
    )
    prover = Prover()
    first = bound.tokens(hanako.client, prover, scope=OFFLINE)
    proof = prover.proof("POST", f"{ISSUER}{TOKEN}")
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    refreshed = bound.post(body, HTTP_DPOP=proof).json()
    assert refreshed["token_type"] == "DPoP"
    told = jwt_claims(refreshed["id_token"])
    assert told["auth_time"] == jwt_claims(first["id_token"])["auth_time"]
    assert told["sid"] == jwt_claims(first["id_token"])["sid"]
    response = end(hanako.client, id_token_hint=refreshed["id_token"], post_logout_redirect_uri=BACK)
    assert response["Location"] == BACK and not is_signed_in(hanako.client)
    token = refreshed.get("refresh_token", first["refresh_token"])
    assert bound.is_active(token)  # granted for the time after
    assert bound.revoke(token).status_code == 200
    assert not bound.is_active(token)
