"""A resident's pages in a real browser, with a virtual authenticator: enrolment to withdrawal."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Browser, CDPSession, Page, expect

from identity.actions.disclose import disclose
from identity.context import resident as speaking
from identity.domain.enrolment_code import grouped
from identity.models import Passkey
from identity.notices import VIEWED, tell
from services.models import RelyingParty
from tests.ui.support import served

from .residents import HANAKO, Counter, Resident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS", "")
WIDTHS = (1280, 320)
GIVEN = ("resident_of", "age_over_65")
PAGES = {"利用の記録": "uses", "私のIDと端末": "my-id", "私の情報": "profile", "同意": "consents"}
TYPED = {
    "family_name": "架空",
    "given_name": "花子",
    "kana": "カクウ ハナコ",
    "birth_date": "昭和30年4月1日",
    "address": "123456789018",
}
SLIP_CODE = re.compile("^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")
LEVEL_2 = "PublicKeyCredential.parseCreationOptionsFromJSON, PublicKeyCredential.prototype.toJSON"


@pytest.fixture
def site(identity_surface: LazySettings, counter: Counter) -> Iterator[str]:
    """The identity surface at the origin that passkeys are bound to.

    Not `live_server`: that one keeps, for the whole run, the middleware it was first started with.
    """
    with served() as url:
        identity_surface.IDENTITY_URL = identity_surface.OWN_URL = url
        identity_surface.CSRF_TRUSTED_ORIGINS = [url]
        yield url


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="ja", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def virtual_authenticator(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def look(page: Page, name: str) -> None:
    """Axe, reflow and the console at both widths; a picture where SCREENSHOTS names a folder."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        violations = Axe().run(page).response["violations"]
        assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_resident_s_way(
    page: Page, counter: Counter, adopted: RelyingParty, consent: Callable[..., UUID]
) -> None:
    citizen = counter.proofed()
    code = grouped(counter.issue(citizen))
    virtual_authenticator(page)
    page.goto("/")
    look(page, "start")
    page.get_by_role("link", name="登録コードを入力").click()
    look(page, "enrol")
    page.get_by_label("登録コード").fill("0000-0000-0000-0000")
    page.get_by_role("button", name="次へ").click()
    expect(page.get_by_text("この登録コードは使用できません")).to_be_visible()
    look(page, "enrol-refused")
    page.get_by_label("登録コード").fill(code.lower())
    page.get_by_role("button", name="次へ").click()
    look(page, "enrol-passkey")
    page.get_by_label("パスキーの名前").fill("花子のスマートフォン")
    page.get_by_role("button", name="パスキーを登録").click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()
    look(page, "me-empty")

    resident = Resident(citizen.pk, None, None)  # type: ignore[arg-type]
    consent(resident, adopted, *GIVEN)
    with speaking(citizen.pk) as actor:
        for _ in range(3):
            disclose(by=actor, relying_party=adopted, requested=GIVEN, path="userinfo")
        tell(citizen.pk, VIEWED, values={"municipality": "前橋市"})
    page.goto("/me/")
    look(page, "me")
    page.goto("/me/notices/")
    expect(page.get_by_role("row")).not_to_have_count(0)
    look(page, "notices")
    for label, name in PAGES.items():
        page.get_by_role("navigation").get_by_role("link", name=label, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(label)
        look(page, name)
    page.get_by_role("link", name="まちなか交通割引").click()
    look(page, "consent")
    page.get_by_role("link", name="同意を撤回する").click()
    look(page, "withdraw")
    page.get_by_role("button", name="同意を撤回する").click()
    expect(page.get_by_text("同意を撤回しました")).to_be_visible()
    look(page, "withdrawn")

    page.get_by_text("本人", exact=True).first.click()
    page.get_by_role("button", name="サインアウト").click()
    page.goto("/me/profile/")
    look(page, "sign-in")
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text(f"{HANAKO.family_name} {HANAKO.given_name}")).to_be_visible()
    assert [text for text in page.complaints if "422" not in text] == []  # type: ignore[attr-defined]


def test_what_happens_without_a_passkey(page: Page, counter: Counter) -> None:
    """A device that holds no key of ours."""
    virtual_authenticator(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_text("中断されました")).to_be_visible()
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_enabled()


@pytest.mark.parametrize("missing", [LEVEL_2, "window.PublicKeyCredential"])
def test_older_browsers(page: Page, counter: Counter, missing: str) -> None:
    """Before WebAuthn Level 3 our own base64url does the work; before WebAuthn the page says what to do."""
    page.add_init_script("; ".join(f"delete {name}" for name in missing.split(", ")))
    citizen = counter.proofed()
    virtual_authenticator(page)
    page.goto("/enrol/")
    page.get_by_label("登録コード").fill(counter.issue(citizen))
    page.get_by_role("button", name="次へ").click()
    button = page.get_by_role("button", name="パスキーを登録")
    if missing != LEVEL_2:
        expect(page.get_by_text("このブラウザーではパスキーを使用できません")).to_be_visible()
        expect(button).to_be_disabled()
        return
    page.get_by_label("パスキーの名前").fill("古い端末")
    button.click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()
    with speaking(citizen.pk):
        assert Passkey.objects.get().name == "古い端末"


# --- the counter, on the portal -----------------------------------------------------------------


@pytest.fixture
def clerks(
    browser: Browser, counter: Counter, settings: LazySettings, client_for: Any
) -> Iterator[list[Page]]:
    """Two clerks, each signed in in a browser of her own."""
    with served() as url:
        settings.PORTAL_URL = settings.OWN_URL = url
        settings.CSRF_TRUSTED_ORIGINS = [url]
        contexts = [browser.new_context(base_url=url, locale="ja") for _ in range(2)]
        for context, clerk in zip(contexts, (counter.first, counter.second), strict=True):
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client_for(clerk).cookies[name].value, "url": url}])
        yield [context.new_page() for context in contexts]
        for context in contexts:
            context.close()


def test_four_eyes_at_the_counter(clerks: list[Page], counter: Counter) -> None:
    first, second = clerks
    home = f"/m/{counter.municipality.code}/counter/"
    first.goto(home)
    look(first, "counter-empty")
    first.get_by_role("link", name="住民を登録").click()
    for name, value in TYPED.items():
        first.locator(f"[name={name}]").fill(value)
    first.get_by_label("女", exact=True).check()
    first.get_by_label("運転免許証").check()
    first.get_by_role("button", name="登録して確認を依頼").click()
    expect(first.locator("main")).to_contain_text("個人番号(マイナンバー)は入力できません")
    look(first, "counter-my-number")
    first.locator("[name=address]").fill(HANAKO.address)
    first.get_by_role("button", name="登録して確認を依頼").click()
    expect(first.get_by_text("別の職員による確認が必要です")).to_be_visible()
    look(first, "counter-examined")
    second.goto(home)
    look(second, "counter-home")
    second.locator("main table tbody a").first.click()
    look(second, "counter-purpose")
    second.get_by_label("窓口の手続").check()
    second.get_by_role("button", name="情報を表示").click()
    look(second, "counter-to-confirm")
    second.get_by_role("button", name="一致することを確認した").click()
    look(second, "counter-confirmed")
    second.get_by_role("button", name="登録コードを交付").click()
    expect(second.locator("[data-code]")).to_have_text(SLIP_CODE)
    look(second, "counter-slip")
    second.emulate_media(media="print")
    look(second, "counter-slip-print")
