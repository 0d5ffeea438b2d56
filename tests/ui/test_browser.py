"""The gallery in a real browser: axe, reflow, keyboard, console, in normal and forced colours."""

import unicodedata
from collections.abc import Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from tests.ui.support import served

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls")]
PAGES = ("/ui/", "/ui/?bare", "/ui/accessibility/", "/ui/accessibility/?resident")
SMALL_TARGETS = """
() => [...document.querySelectorAll("button, summary, select, input, nav a, .button, .table a")]
  .filter((e) => !e.matches("[type=checkbox], [type=radio]"))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.5 || (box.width < 23.5)))
  .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}×${box.height}`)
"""

FOCUS_SEEN = """
() => {
  const element = document.activeElement, box = element.getClientRects()[0];
  if (element === document.body) return true;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const x = Math.min(Math.max(box.left + 3, 1), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const outline = getComputedStyle(element).outlineStyle;
  return inside && (element.contains(top) || top?.contains(element)) && outline !== "none";
}
"""


@pytest.fixture
def site(settings: LazySettings) -> Iterator[str]:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.MIDDLEWARE = [
        "csp.middleware.CSPMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "tests.ui.support.ShellMiddleware",
    ]
    with served() as url:
        yield url


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator["Opened"]:
    trial = Opened(browser, site)
    yield trial
    trial.close()


class Opened:
    """A page and what the browser complained about meanwhile."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site, self.complaints, self.contexts = browser, site, [], []

    def page(self, path: str, *, width: int = 1280, forced: bool = False, scripts: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            forced_colors="active" if forced else "none",
            locale="ja",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        page.goto(self.site + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("forced", [False, True], ids=["normal", "forced"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_reflow_targets_and_console(opened: Opened, path: str, width: int, forced: bool):
    page = opened.page(path, width=width, forced=forced)
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TARGETS) == []
    assert opened.complaints == []


def test_no_request_leaves_the_site(opened: Opened):
    page = opened.page("/ui/")
    addresses = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert addresses
    assert [address for address in addresses if not address.startswith(opened.site)] == []


def test_keyboard_reaches_the_text_and_the_menus(opened: Opened):
    page = opened.page("/ui/accessibility/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="本文へ移動")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    menu = page.locator("details.menu--tenant")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="高崎市")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="高崎市")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_menus_open_inside_the_window(opened: Opened, width: int):
    page = opened.page("/ui/accessibility/", width=width)
    for summary in page.locator("details.menu > summary").all():
        summary.click()
        panel = page.locator("details.menu[open] .menu__panel")
        expect(panel).to_be_visible()
        box = panel.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")


def test_navigation_on_a_phone(opened: Opened):
    page = opened.page("/ui/accessibility/", width=320)
    link = page.get_by_role("navigation", name="メインメニュー").get_by_role("link", name="ホーム")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="メニュー").click()
    expect(link).to_be_visible()
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_wrong_form_leads_to_its_fields(opened: Opened, scripts: bool):
    page = opened.page("/ui/", scripts=scripts)
    page.get_by_role("button", name="保存して次へ").last.click()
    summary = page.locator(".error-summary").first
    summary.get_by_role("link", name="計画の名称").click()
    expect(page.locator("#id_name")).to_be_focused()


def test_dialog_opens_and_closes(opened: Opened):
    page = opened.page("/ui/")
    page.get_by_role("button", name="取消しの確認を開く").click()
    dialog = page.get_by_role("dialog", name="同意を取り消しますか")
    expect(dialog).to_be_visible()
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    dialog.get_by_role("button", name="取り消さない").click()
    expect(dialog).to_be_hidden()
    assert opened.complaints == []


def test_progress_is_polled_until_it_is_done(opened: Opened):
    page = opened.page("/ui/accessibility/")
    page.clock.install()
    page.goto(f"{opened.site}/ui/")
    progress = page.locator("#job-a")
    expect(progress).to_contain_text("62%")
    page.clock.fast_forward(31_000)
    expect(progress).to_contain_text("集計が終わりました")
    assert progress.get_attribute("hx-get") is None
    assert opened.complaints == []


def test_polling_stops_on_an_error_and_says_so(opened: Opened):
    page = opened.page("/ui/accessibility/")
    page.clock.install()
    asked = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=500, body="<p>broken</p>", content_type="text/html")

    page.route("**/ui/progress/", refuse)
    page.goto(f"{opened.site}/ui/")
    page.clock.fast_forward(31_000)
    expect(page.locator("#job-a")).to_contain_text("ページを開き直してください")
    expect(page.locator("#job-a")).to_contain_text("62%")
    page.clock.fast_forward(120_000)
    assert len(asked) == 1


def test_language_switch(opened: Opened):
    page = opened.page("/ui/accessibility/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == f"{opened.site}/ui/accessibility/"


def test_paper(opened: Opened):
    """A4 without navigation, buttons and addresses; folded text is printed."""
    page = opened.page("/ui/")
    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = (round(float(side)) for side in paper.pages[0].mediabox[2:])
    assert (width, height) == (595, 842)
    text = unicodedata.normalize("NFKC", "".join(one.extract_text() for one in paper.pages)).replace("\n", "")
    for shown in ("前橋市", "102016", "団体別のオンライン申請率", "年度内に受け付けた申請のうち"):
        assert shown in text
    for hidden in ("サインアウト", "English", "絞り込む", "保存して次へ", "http", "現在位置"):
        assert hidden not in text


def test_focus_is_not_obscured_and_texts_may_be_twice_as_large(opened: Opened):
    page = opened.page("/ui/", width=1280)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    for _press in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_SEEN), page.evaluate("document.activeElement.outerHTML")


def test_characters_left(opened: Opened):
    page = opened.page("/ui/", width=320)
    box, count = page.locator("#id_summary"), page.locator("[data-count-of=id_summary]")
    expect(count).to_have_text("200文字まで")
    box.fill("𠮷野家" * 10)
    expect(count).to_have_text("あと 170 文字")
    box.fill("あ" * 203)
    expect(count).to_have_text("3 文字多すぎます")
    assert opened.complaints == []


def test_a_list_is_sorted_by_links_and_on_a_phone_by_a_select(opened: Opened):
    page = opened.page("/ui/", scripts=False)
    page.get_by_role("link", name="人口").click()
    expect(page.get_by_role("columnheader", name="人口")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#sample-table tbody th").first).to_have_text("上野村")
    phone = opened.page("/ui/?state=draft", width=320, scripts=False)
    phone.get_by_label("並び順").select_option("-population")
    phone.get_by_role("button", name="絞り込む").last.click()
    expect(phone.locator("#sample-table tbody th")).to_have_text(["富岡市", "上野村"])
