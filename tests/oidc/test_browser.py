"""A sign-in at the demo's service in a real browser: passkey, consent, back; then again, without consent."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.identity.residents import TARO, Counter
from tests.identity.test_browser import virtual_authenticator

from .support import Service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def page(browser: Browser, issuer: str) -> Iterator[Page]:
    context = browser.new_context(base_url=issuer, locale="ja", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def look(page: Page, name: str) -> None:
    """Axe and reflow at both widths; a picture where SCREENSHOTS names a folder."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        violations = Axe().run(page).response["violations"]
        assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def enrol(page: Page, counter: Counter) -> None:
    code = counter.issue(counter.proofed(TARO))
    virtual_authenticator(page)
    page.goto("/enrol/")
    page.get_by_label("登録コード").fill(code)
    page.get_by_role("button", name="次へ").click()
    page.get_by_label("パスキーの名前").fill("スマートフォン")
    page.get_by_role("button", name="パスキーを登録").click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def sign_in_at(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="デジタルIDでサインイン").click()
    page.get_by_role("button", name="パスキーでサインイン").click()


def sign_out_at_the_issuer(page: Page, address: str, service: Service) -> None:
    """Asked by a service that shows no ID token: first a question, then a page that says so."""
    page.goto(f"{address}?id_token_hint=nonsense")
    look(page, "end-session-error")
    page.goto(f"{address}?client_id={service.party.client_id}")
    look(page, "end-session")
    page.get_by_role("button", name="サインアウトする").click()
    expect(page.get_by_role("heading", name="サインアウトしました")).to_be_visible()
    look(page, "signed-out")
    page.goto("/me/")
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_visible()


def come_back_by_another_origin(page: Page, address: str) -> None:
    """A callback that redirects to yet another origin: no policy of the consent form stops it."""
    elsewhere = address.replace("localhost", "127.0.0.1")
    page.route(f"{address}/callback**", lambda route: route.fulfill(status=204))
    page.goto(address)
    page.get_by_role("link", name="デジタルIDでサインイン").click()
    page.get_by_role("button", name="同意する").click()
    expect(page.get_by_role("heading", name="サービスに戻ります")).to_be_visible()
    look(page, "return")
    page.unroute(f"{address}/callback**")
    page.route(
        f"{address}/callback**",
        lambda route: route.fulfill(status=302, headers={"Location": f"{elsewhere}/"}),
    )
    page.get_by_role("link", name="サービスに戻る").click()
    expect(page).to_have_url(f"{elsewhere}/")


def test_sign_in_at_the_demo_s_service(
    page: Page, counter: Counter, town_transport: tuple[str, Service], issuer: str
) -> None:
    address, service = town_transport
    enrol(page, counter)
    sign_out(page)
    page.goto(address)
    look(page, "service-start")
    sign_in_at(page, address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("まちなか交通割引")
    look(page, "consent")
    page.get_by_role("button", name="同意する").click()
    expect(page).to_have_url(f"{address}/result")
    look(page, "service-result")
    page.get_by_role("button", name="もう一度利用する").click()
    expect(page.get_by_text("最新の情報を確認しました")).to_be_visible()
    sign_out(page)
    sign_in_at(page, address)  # consent is remembered: straight back, by way of a page
    expect(page).to_have_url(f"{address}/result")
    page.goto(f"{issuer}/me/consents/")
    page.get_by_role("link", name="まちなか交通割引").first.click()
    page.get_by_role("link", name="同意を撤回する").click()
    page.get_by_role("button", name="同意を撤回する").click()
    page.goto(f"{address}/result")
    page.get_by_role("button", name="もう一度利用する").click()
    expect(page.get_by_role("heading", name="情報の提供が断られました")).to_be_visible()
    look(page, "service-refused")
    come_back_by_another_origin(page, address)
    page.goto(f"{issuer}/sign-in/?reason=stronger")
    expect(page.get_by_text("より強いパスキーが必要です")).to_be_visible()
    look(page, "sign-in-stronger")
    page.goto(f"{issuer}/oauth/authorize?client_id=unknown&response_type=code")
    look(page, "oauth-error")
    sign_out_at_the_issuer(page, f"{issuer}/oauth/end-session", service)
    assert [text for text in page.complaints if "Content Security Policy" in text] == []  # type: ignore[attr-defined]
