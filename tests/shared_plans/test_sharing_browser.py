"""Who reads what, from start to end, back to an earlier revision: in a real browser, at 1280 and 320 px."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_plan, save_draft
from shared_plans.models import Plan
from shared_plans.queries.framework import framework_editions

from .helpers import at, of
from .looking import Desk
from .test_remapping import OLD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_share_with_one_carry_out_and_restore(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    takasaki: Municipality,
    draft: Plan,
    editor: Any,
    approver: Any,
    adopter: Any,
) -> None:
    writing, deciding = Desk(browser, portal_live, editor), Desk(browser, portal_live, approver)
    page = writing.open(of(draft, maebashi))
    page.get_by_role("link", name="公開範囲を見る").click()
    page.get_by_role("link", name="次の版の公開範囲を決める").click()
    page.get_by_label("指定した自治体に公開").check()
    page.get_by_label("群馬県 高崎市").check()
    page.get_by_label("予算").check()
    writing.look("sharing-propose")
    page.get_by_role("button", name="保存する").click()
    writing.look("sharing")
    page.get_by_role("link", name="他の自治体からの見え方を確かめる").click()
    expect(page.get_by_text("窓口システム")).to_have_count(0)
    writing.look("sharing-preview")
    page.goto(of(draft, maebashi, "submit"))
    page.get_by_role("button", name="決裁を依頼する").click()

    page = deciding.open(of(draft, maebashi, "review"), "sharing-review")
    page.get_by_role("button", name="承認して公表する").click()
    page = deciding.open(of(draft, maebashi))
    page.get_by_role("link", name="実行を開始する").click()
    page.locator("#id_reason").fill("令和8年度予算の成立による")
    deciding.look("phase-start")
    page.get_by_role("button", name="実行を開始する").click()
    deciding.look("plan-executing")
    page.goto(of(draft, maebashi, "share"))
    deciding.look("sharing-share")

    reading = Desk(browser, portal_live, adopter)
    page = reading.open(at(takasaki, "library"))
    page.get_by_role("link", name="前橋市").first.click()
    expect(page.get_by_text("この項目は公開していません。")).to_be_visible()
    reading.look("library-named")

    page = writing.open(of(draft, maebashi))
    page.get_by_role("link", name="改訂する").click()
    page.locator("#id_reason_kind").select_option("external")
    page.locator("#id_reason").fill("制度の改正")
    writing.look("revise")
    page.get_by_role("button", name="改訂を始める").click()
    writing.open(of(draft, maebashi), "plan-beside")
    page.get_by_role("link", name="第1版", exact=True).click()
    page.get_by_role("link", name="この版の内容を下書きに復元する").click()
    writing.look("restore")
    writing.open(of(draft, maebashi, "abandon"), "abandon")
    english = Desk(browser, portal_live, approver, language="en")
    english.open(of(draft, maebashi, "sharing"), "sharing-en")
    english.open(of(draft, maebashi), "plan-executing-en")
    for desk in (writing, deciding, reading, english):
        assert desk.complaints == []


def test_to_the_new_edition_of_the_national_plan(
    browser: Browser, portal_live: str, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        edition = framework_editions().get(key="2020")
        plan = draft_plan(by=actor, title="前橋市DX推進計画", edition=edition, year_from=2026, year_to=2028)
        save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=OLD)
    desk = Desk(browser, portal_live, editor)
    page = desk.open(of(plan, maebashi), "edition-notice")
    page.get_by_role("link", name="新しい版に対応させる").click()
    desk.look("edition")
    page.get_by_role("button", name="新しい版に移す").click()
    expect(page.get_by_text("施策を新しい版の項目に移しました。")).to_be_visible()
    assert desk.complaints == []
