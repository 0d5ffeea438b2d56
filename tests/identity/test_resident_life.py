"""A resident's whole life with a digital ID in one story, from the card to the end of it.

His pages in a real browser with a virtual authenticator, his phone and his card by HTTP, three sectors'
services, and two clerks at each of two municipalities' counters. At the end the database, Valkey, logs and
mails of all this are searched for what is personal.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from consortium.tenancy import context
from deploy.cards import app
from deploy.cards.pki import CardAuthority, Holder
from deploy.cards.responder import serving
from identity.models import Citizen, CitizenStatus, DeviceCertificate, LifeEvent, Residence
from identity.oidc import keys
from identity.proofing.jpki import adapter
from identity.queries.counter import receipt_number
from tests.oidc.receiver import receiving
from tests.oidc.services import adopted_by, make_component, make_service
from tests.oidc.support import Service, jwt_claims

from .clear_text import KEISUKE, NEW_ADDRESS, everywhere, katakana, left_in_clear
from .life import SCOPES, Life
from .residents import Counter, state_purpose
from .test_browser import virtual_authenticator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DIGEST = hashlib.sha256("同意書".encode()).hexdigest()
NAME = f"{KEISUKE.family_name}　{KEISUKE.given_name}"
SLIP = re.compile(r"data-code>([0-9A-Z-]{19})<")
PURPOSE = re.compile(r'href="([^"]+/purpose/[^"]*)"')
CONFIRM = re.compile(r'action="([^"]+/confirm/)"')
ASKED = {"kana": katakana(KEISUKE.kana), "birth_date": "昭和36年7月23日", "purpose": "contact"}
Clerks = tuple[Client, Client]


# --- the world ---------------------------------------------------------------------------------


@pytest.fixture
def card(identity_surface: LazySettings, tmp_path: Path) -> Iterator[Any]:
    made = CardAuthority()
    path = made.write_anchors(tmp_path / "anchors.pem")
    with serving(made) as responder:
        identity_surface.JPKI = {**identity_surface.JPKI, **responder.settings, "anchors": [str(path)]}
        adapter.anchors.cache_clear()
        yield made.card(Holder(NAME, KEISUKE.birth_date, KEISUKE.sex, KEISUKE.address))


@pytest.fixture
def new_device(browser: Browser, server: str) -> Iterator[Callable[[], Page]]:
    """new_device() -> a page of a browser that holds no passkey and no cookie."""
    opened: list[BrowserContext] = []

    def make() -> Page:
        opened.append(browser.new_context(base_url=server, locale="ja"))
        page = opened[-1].new_page()
        virtual_authenticator(page)
        return page

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def life(
    server: str, worker: None, card: Any, new_device: Callable[[], Page], counter: Counter, next_door: Counter
) -> Iterator[Life]:
    call_command("create_signing_key", "--algorithm", "ES256", verbosity=0)
    keys.forget()
    with receiving() as receiver:
        made = Life(server, new_device(), card, receiver)
        for sector in SCOPES:
            made.services[sector] = registered(made, sector, counter, next_door)
        yield made
    keys.forget()


def registered(life: Life, sector: str, *counters: Counter) -> Service:
    """A service as strict as its sector wants it, in both municipalities."""
    component = make_component(sector)
    for one in counters:
        adopted_by(one.municipality, component)
    wished = [name for name in SCOPES[sector].split() if name not in {"openid", "offline_access"}]
    fields: dict[str, Any] = {"name_ja": f"サービス {sector}", "attributes": wished}
    fields |= {"redirect_uris": [life.receiver.callback], "backchannel_logout_uri": life.receiver.uri}
    if sector == "transport":
        fields |= {"grant_types": ["authorization_code", "refresh_token"]}
    else:
        fields |= {"auth_method": "private_key_jwt", "jwks": life.key.jwks}
        fields |= {"require_pushed_authorization_requests": True}
    if sector == "administrative":
        fields |= {"grant_types": ["authorization_code", "client_credentials"]}
        fields |= {"allowed_scopes": ["signatures.verify"]}
    if sector == "medical":
        fields |= {"dpop_bound_access_tokens": True}
    service = make_service(component, **fields)
    service.issuer, service.machine = life.site, Client(HTTP_HOST=urlsplit(life.site).netloc)
    return service


@pytest.fixture
def at(at_portal: Any, client_for: Any) -> Callable[[Counter], Any]:
    """with at(counter) as (first, second): its two clerks, on the portal."""

    @contextmanager
    def opened(counter: Counter) -> Iterator[Clerks]:
        with at_portal():
            yield client_for(counter.first), client_for(counter.second)

    return opened


def base(counter: Counter) -> str:
    return f"/m/{counter.municipality.code}/counter/"


# --- the story ---------------------------------------------------------------------------------


def test_a_life(
    life: Life,
    counter: Counter,
    next_door: Counter,
    at: Callable[[Counter], Any],
    new_device: Callable[[], Page],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("INFO")
    enrols_by_card(life)
    life.get_phone()
    signs_in_with_the_phone(life)
    uses_three_sectors(life)
    signature = signs(life)
    moves(life, counter, next_door, at)
    keeps_pseudonym_and_consents(life)
    stolen = (life.page, life.phone)
    loses_all_devices(life, next_door, at)
    recovers(life, next_door, at, new_device)
    life.cannot_get_in(*stolen)
    is_still_signed(life, signature)
    withdraws(life)
    exports(life)
    closes(life)
    assert left_in_clear(everywhere(caplog, capfd)) == {}


def enrols_by_card(life: Life) -> None:
    page = life.page
    page.goto("/")
    page.get_by_role("link", name="マイナンバーカードで登録").click()
    page.get_by_role("button", name="本人確認を始める").click()
    link = page.get_by_role("link", name="カードアプリを開く").get_attribute("href")
    post, asked = app.over_http(life.site), app.Asked.of_link(link or "")
    assert asked.audience == life.site
    status, given = app.answer(post, asked, life.card, KEISUKE.kana)
    assert status == 201, given
    page.get_by_role("link", name="画面を更新").click()
    page.get_by_label("確認番号").fill(given["confirmation"])
    page.get_by_role("button", name="次へ").click()
    life.passkey()
    with context.opened(context.Context("owner")):
        life.citizen = Citizen.objects.get().pk


def signs_in_with_the_phone(life: Life) -> None:
    page = life.page
    page.context.clear_cookies()
    page.goto("/sign-in/device/")
    link = page.get_by_role("link", name="このスマートフォンのアプリで開く").get_attribute("href")
    number = page.locator(".big-code").inner_text()
    assert life.phone.confirm(link or "", number)["state"] == "confirmed"
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()


def uses_three_sectors(life: Life) -> None:
    for sector in SCOPES:
        life.visit(sector, agrees=True)
    town, office, clinic = (life.told(sector) for sector in SCOPES)
    assert town == {"sub": town["sub"], "resident_of": "102016", "age_over_65": True}
    assert (office["name"], office["resident_of"]) == (
        f"{KEISUKE.family_name} {KEISUKE.given_name}",
        "102016",
    )
    assert clinic == {"sub": clinic["sub"], "birth_date": "1961-07-23"}
    assert len({town["sub"], office["sub"], clinic["sub"]}) == 3, "nobody can join what they know"


def signs(life: Life) -> str:
    """The administrative service asks, the phone signs; the signature."""
    token = life.held["administrative"]["access_token"]
    wish = {"document": "同意書.pdf", "digest": DIGEST, "purpose": "申請"}
    asked = life.api("POST", "me/signature-requests/", token, wish)
    (waiting,) = life.phone.call("GET", "/wallet/v1/signature-requests")["results"]
    assert (waiting["id"], waiting["document"]) == (asked["id"], "同意書.pdf")
    assert life.phone.sign(asked["id"])["signed_at"]
    signature = life.api("GET", f"me/signature-requests/{asked['id']}/", token)["signature"]
    assert verdict(life, signature) == (True, "active")
    return str(signature)


def verdict(life: Life, signature: str) -> tuple[bool, str]:
    """Whether it is valid, and what its certificate is worth today."""
    service = life.services["administrative"]
    token = service.post({"grant_type": "client_credentials", **life.proof("administrative")}).json()
    shown = {"signature": signature, "digest": DIGEST}
    found = life.api("POST", "signatures/verify/", token["access_token"], shown)
    return found["valid"], found["certificate_now"]


def moves(life: Life, old: Counter, new: Counter, at: Callable[[Counter], Any]) -> None:
    """By a code of his own: one clerk records, another confirms, and the old town sees nothing any more."""
    life.page.goto("/me/data/move/")
    life.page.get_by_role("button", name="コードを作る").click()
    code = life.page.locator(".slip__code").inner_text()
    today = str(timezone.localdate())
    move = {"code": code, "moved_on": today, "address": NEW_ADDRESS, "evidence": "driving_licence"}
    with at(old) as (clerk, _):
        state_purpose(clerk, f"{base(old)}{life.citizen}/")
        assert clerk.get(f"{base(old)}{life.citizen}/").status_code == 200
    with at(new) as (first, second):
        assert first.get(f"{base(new)}{life.citizen}/").status_code == 404
        assert first.post(f"{base(new)}move-in/", move).status_code == 302
        ask = PURPOSE.search(second.get(f"{base(new)}move-in/").content.decode())
        assert ask
        assert second.post(ask[1], {"purpose": "move"}).status_code == 302
        confirm = CONFIRM.search(second.get(f"{base(new)}move-in/").content.decode())
        assert confirm
        assert second.post(confirm[1], follow=True).status_code == 200
        assert NEW_ADDRESS in second.get(f"{base(new)}{life.citizen}/").content.decode()
    with at(old) as (clerk, _):
        for page in ("", "events/", "devices/"):
            assert clerk.get(f"{base(old)}{life.citizen}/{page}").status_code == 404
        assert "見つかりません" in clerk.post(f"{base(old)}find/", ASKED).content.decode()
    with context.tenant(old.municipality.pk):
        assert not Citizen.objects.exists()
    with context.citizen(life.citizen):
        assert LifeEvent.objects.count() == 1
        assert Residence.objects.count() == 2, "nothing is rewritten"


def keeps_pseudonym_and_consents(life: Life) -> None:
    """The transport service knows him as before; that he lives elsewhere is all that it learns."""
    before = jwt_claims(life.held["transport"]["id_token"])["sub"]
    refreshed = life.refresh()
    assert refreshed.status_code == 200, "what he allowed goes on"
    life.held["transport"] = refreshed.json()
    assert life.told("transport") == {"sub": before, "resident_of": "102024", "age_over_65": True}
    life.visit("administrative", agrees=False)
    assert len(life.live_consents) == 3


def loses_all_devices(life: Life, here: Counter, at: Callable[[Counter], Any]) -> None:
    """He calls; one clerk makes sure who it is and stops everything."""
    said = {"number": receipt_number(life.citizen), "month": f"{timezone.localdate():%Y-%m}"}
    with at(here) as (clerk, _):
        called = clerk.post(f"{base(here)}hotline/", {**ASKED, **said})
        assert called["Location"] == f"{base(here)}{life.citizen}/devices/"
        clerk.get(called["Location"])
        clerk.post(f"{base(here)}{life.citizen}/standing/", {"deed": "suspend"})
    assert life.status == CitizenStatus.SUSPENDED
    assert (life.told("transport"), life.refresh().status_code) == (401, 400)
    life.page.goto("/me/")
    assert "/sign-in/" in life.page.url
    life.cannot_get_in(life.page, life.phone)


def recovers(life: Life, here: Counter, at: Callable[[Counter], Any], new_device: Callable[[], Page]) -> None:
    """Two clerks see him; what he lost is dead in the moment in which he has something new, and at no moment
    before is it alive."""
    home = f"{base(here)}{life.citizen}/"
    with at(here) as (first, second):
        for clerk in (first, second):
            state_purpose(clerk, home)
        second.post(f"{home}code/")
        assert "本人確認をやり直す" in first.get(home).content.decode(), "no code without a new proofing"
        assert first.post(f"{home}again/", {"evidence": "my_number_card"}).status_code == 302
        first.post(f"{home}confirm/")
        assert not SLIP.search(first.post(f"{home}code/", follow=True).content.decode()), "four eyes"
        second.post(f"{home}confirm/")
        slip = SLIP.search(second.post(f"{home}code/").content.decode())
    assert slip
    assert (life.status, life.live_passkeys) == (CitizenStatus.SUSPENDED, 1)
    life.page = new_device()
    life.page.goto("/enrol/")
    life.page.get_by_label("登録コード").fill(slip[1])
    life.page.get_by_role("button", name="次へ").click()
    life.passkey()
    assert (life.status, life.live_passkeys) == (CitizenStatus.ACTIVE, 1)
    with context.citizen(life.citizen):
        device = DeviceCertificate.objects.get()
        assert (device.state, device.reason) == ("revoked", "replaced")
    assert life.refresh().status_code == 400, "what had ended stays ended"
    life.get_phone()


def is_still_signed(life: Life, signature: str) -> None:
    """What was signed while the certificate was good stays signed."""
    assert verdict(life, signature) == (True, "revoked")


def withdraws(life: Life) -> None:
    page = life.page
    life.visit("transport", agrees=False)
    assert life.told("transport")["resident_of"] == "102024"
    page.goto("/me/consents/")
    page.get_by_role("link", name="サービス transport").first.click()
    page.get_by_role("link", name="同意を撤回する").click()
    page.get_by_role("button", name="同意を撤回する").click()
    expect(page.get_by_text("同意を撤回しました")).to_be_visible()
    assert life.told("transport") == 401
    assert life.live_consents == {"サービス administrative", "サービス medical"}


def exports(life: Life) -> None:
    life.page.goto("/me/data/export/")
    with life.page.expect_download() as download:
        life.page.get_by_role("button", name="JSONを受け取る").click()
    tables = json.loads(download.value.path().read_text())["tables"]
    assert tables["identity.citizen"][0]["address"] == NEW_ADDRESS
    counted = {
        "identity.residence": 2,
        "identity.lifeevent": 1,
        "identity.passkey": 2,
        "identity.devicecertificate": 2,
        "identity.signature": 1,
    }
    assert {name: len(tables[name]) for name in counted} == counted
    deeds = {row["action"] for row in tables["audit.event"]}
    assert {"citizen.viewed", "hotline.identified", "citizen.suspended", "credentials.replaced"} <= deeds


def closes(life: Life) -> None:
    page = life.page
    life.visit("administrative", agrees=False)
    assert life.told("administrative")["resident_of"] == "102024"
    page.goto("/me/close/")
    page.get_by_label("元に戻せないことを確かめました").check()
    page.get_by_role("button", name="デジタルIDをやめる").click()
    expect(page.get_by_text("デジタルIDを廃止しました")).to_be_visible()
    assert (life.status, life.live_consents) == (CitizenStatus.CLOSED, set())
    assert life.told("administrative") == 401
    life.cannot_get_in(page, life.phone)
