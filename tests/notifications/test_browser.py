"""Inbox and preferences in a real browser, at 1280 and at 320 px."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from consortium.membership.notices import ROLE_CHANGED, SECURITY_CHANGED
from consortium.notifications.announce import notify
from consortium.notifications.audience import account, people
from consortium.notifications.compose import unsubscribe_url
from consortium.notifications.spread import spread_announcements
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.notices import RETURNED, SUBMITTED
from tests.shared_plans.looking import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAN = "00000000-0000-7000-8000-000000000001"


def tell(place: Municipality, user: Any) -> None:
    title = {"title": "前橋市DX推進計画(令和8年度から令和12年度まで)"}
    with context.tenant(place.pk):
        asked = {**title, "author": "前橋 起案子"}
        notify(SUBMITTED, to=people(user.pk), values=asked, target={"plan": PLAN})
        returned = {**title, "reason": "財源の内訳を記載してください"}
        notify(RETURNED, to=people(user.pk), values=returned, target={"plan": PLAN})
        notify(ROLE_CHANGED, to=people(user.pk), values={"earlier": "editor", "role": "approver"})
        notify(SECURITY_CHANGED, to=account(user.pk), values={"what": "passkey_added"})
    spread_announcements()


def test_inbox_and_preferences(
    browser: Browser, portal_live: str, maebashi: Municipality, staff: Any
) -> None:
    user = staff(maebashi, "approver", "editor")
    desk = Desk(browser, portal_live, user)
    desk.open("/m/102016/notices/", "inbox-empty")
    tell(maebashi, user)
    page = desk.open("/m/102016/notices/", "inbox")
    expect(page.get_by_role("banner").get_by_role("link", name="お知らせ")).to_contain_text("4")
    page.get_by_role("button", name="既読にする: あなたの役割").click()
    expect(page.get_by_role("row")).to_have_count(1 + 3)
    page.get_by_label("区分").select_option("security")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.get_by_role("row")).to_have_count(1 + 1)
    page.get_by_role("link", name="パスキーが登録されました").click()
    expect(page).to_have_url(f"{portal_live}/accounts/")
    page = desk.open("/m/102016/notices/?show=all", "inbox-all")
    page.get_by_role("button", name="すべて既読にする").click()
    expect(page.get_by_text("すべて既読にしました")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + 4)

    page = desk.open("/accounts/notifications/", "preferences")
    page.get_by_role("group", name="DX推進計画").get_by_label("まとめメールで受け取る").check()
    page.get_by_label("週の最初の開庁日の朝").check()
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("お知らせの受け取り方を保存しました")).to_be_visible()
    expect(page.get_by_role("group", name="DX推進計画").get_by_label("まとめメール")).to_be_checked()

    page = desk.open(unsubscribe_url(user, "membership").removeprefix(portal_live), "unsubscribe")
    page.get_by_role("button", name="メールを停止する").click()
    desk.look("unsubscribed")
    expect(page.get_by_text("「職員と参画」のお知らせは、今後は画面だけに示します")).to_be_visible()
    desk.context.close()
