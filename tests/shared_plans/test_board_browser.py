"""The execution board in a real browser, at 1280 and at 320 px."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from consortium.tenancy.models import Municipality
from shared_plans.models import Plan

from .helpers import at, of
from .looking import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_record_and_look(
    browser: Browser, portal_live: str, maebashi: Municipality, executing: Plan, editor: Any
) -> None:
    desk = Desk(browser, portal_live, editor)
    page = desk.open(of(executing, maebashi))
    page.get_by_role("link", name="実行ボード").last.click()
    desk.look("board-empty")
    page.get_by_role("link", name="記録する (試行の開始)").click()
    desk.look("record-milestone")
    page.get_by_role("button", name="記録する").click()
    page.get_by_role("link", name="実績値を記録する").click()
    page.locator("#id_value").fill("45.5")
    page.locator("#id_source").fill("庁内集計")
    desk.look("record-actual")
    page.get_by_role("button", name="記録する").click()
    page.get_by_role("link", name="記録する (窓口システム)").click()
    page.locator("#id_amount").fill("13,000,000")
    page.get_by_role("button", name="記録する").click()
    page.get_by_role("link", name="阻害要因を登録する").click()
    for name, text in (("title", "答申待ち"), ("effect", "契約ができない"), ("unit", "情報政策課")):
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_category").select_option(label="制度")
    desk.look("blocker-new")
    page.get_by_role("button", name="登録する").click()
    desk.look("blocker")
    desk.open(of(executing, maebashi, "board"), "board")
    expect(page.get_by_text("予算超過").first).to_be_visible()
    desk.open(at(maebashi, "boards"), "boards")
    english = Desk(browser, portal_live, editor, language="en")
    english.open(of(executing, maebashi, "board"), "board-en")
    assert desk.complaints + english.complaints == []
