"""Enrolling by the word of a real upstream OpenID Provider process."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from consortium.audit.models import Event
from consortium.domain.my_number import check_digit
from consortium.tenancy import context
from consortium.tenancy.roles import OWNER
from identity.models import Citizen, Proofing
from tests.sso.conftest import Idp, running

pytestmark = pytest.mark.django_db
CLAIMS = {
    "name": "架空 蓮",
    "birthdate": "2001-02-03",
    "gender": "male",
    "address": {"formatted": "群馬県高崎市高松町35番地1"},
    "acr": "urn:example:card",
}
BODY = "12345678901"  # invented: no number is ever stored, in tests neither


@pytest.fixture(scope="module")
def upstream() -> Iterator[Idp]:
    with running() as provider:
        yield provider


@pytest.fixture
def browser(db: None, identity_surface: LazySettings, upstream: Idp) -> Client:
    identity_surface.NINSHO_APP = {
        **identity_surface.NINSHO_APP,
        "issuer": upstream.url,
        "client_id": "identity",
        "secret": "secret",
        "acr_levels": {"urn:example:card": 3},
    }
    return Client()


def come_back(browser: Client, upstream: Idp, **claims: Any) -> Any:
    """Start, be sent to the provider, be approved there, and come back."""
    upstream.person("ren", **{**CLAIMS, **claims})
    started = browser.post("/enrol/app/", {"kana": "かくう れん"})
    assert started.status_code == 302, started.content.decode()
    back = upstream.approve(started.headers["Location"], "ren")
    return browser.get(back.removeprefix("http://localhost:8001"))


def reasons() -> list[str]:
    with context.opened(context.Context(OWNER)):
        return [row.detail["reason"] for row in Event.objects.filter(action="proofing.refused")]


def test_the_way_is_shown_where_there_is_one(browser: Client, identity_surface: LazySettings) -> None:
    assert 'href="/enrol/app/"' in browser.get("/").content.decode()
    identity_surface.NINSHO_APP = {**identity_surface.NINSHO_APP, "issuer": ""}
    assert "/enrol/app/" not in browser.get("/").content.decode()


def test_the_providers_word_leads_to_a_passkey(browser: Client, upstream: Idp) -> None:
    response = come_back(browser, upstream)
    assert (response.status_code, response.headers.get("Location")) == (302, "/enrol/passkey/"), reasons()
    assert browser.get("/enrol/passkey/").status_code == 200
    with context.opened(context.Context(OWNER)):
        proofing, citizen = Proofing.objects.get(), Citizen.objects.get()
    assert (proofing.method, proofing.level, proofing.municipality.code) == ("ninsho_app", 3, "102024")
    assert (citizen.family_name, citizen.given_name, citizen.kana) == ("架空", "蓮", "かくう れん")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"acr": "urn:example:password"}, "level"),
        ({"nickname": BODY + check_digit(BODY)}, "my_number"),
        ({"birthdate": "0000-02-03"}, "attributes"),
        ({"address": "群馬県"}, "attributes"),
    ],
)
def test_a_word_that_does_not_do_enrols_nobody(
    browser: Client, upstream: Idp, changed: dict[str, Any], reason: str
) -> None:
    assert come_back(browser, upstream, **changed).status_code == 422
    assert reasons() == [reason]
    with context.opened(context.Context(OWNER)):
        assert not Citizen.objects.exists()


def test_an_answer_in_another_browser_or_of_another_state_is_worth_nothing(
    browser: Client, upstream: Idp
) -> None:
    upstream.person("ren", **CLAIMS)
    started = browser.post("/enrol/app/", {"kana": "かくう れん"})
    back = upstream.approve(started.headers["Location"], "ren").removeprefix("http://localhost:8001")
    assert Client().get(back).headers["Location"] == "/enrol/app/"
    assert browser.get(back.replace("state=", "state=x")).status_code == 422
    assert reasons() == ["upstream"]
    assert browser.get(back).headers["Location"] == "/enrol/app/"  # the attempt is gone
