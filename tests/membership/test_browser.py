"""Account pages in a real browser: what is typed outlives the session, and every page passes axe."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from consortium.membership.actions import ask_email_change, confirm_recovery, open_recovery
from consortium.membership.models import MembershipApplication, StaffPost
from consortium.membership.queries import account_actor
from consortium.membership.timeouts import ACTIVE
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests import factories
from tests.shared_plans.looking import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "とても長い合言葉です123"
NEW = "/m/102016/deputies/new/"


def idle(page: Page, seconds: int) -> None:
    """Put the clock of the page's session back."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    session = SessionStore(cookies["portal_session"])
    session[ACTIVE] -= seconds
    session.save()


def fill(page: Page) -> None:
    page.get_by_label("決裁者").check()
    page.get_by_label("代理者").select_option(label="代理 太郎")
    for part in ("year", "month", "day"):
        page.locator(f"[name=ends_on_{part}]").fill(page.locator(f"[name=starts_on_{part}]").input_value())
    page.get_by_label("理由").fill("北海道への出張")


def test_what_was_typed_outlives_the_session(
    browser: Browser, portal_live: str, staff: Callable[..., Any], maebashi: Municipality
) -> None:
    approver = staff(maebashi, "approver", user=factories.make_user("決裁 花子", password=PASSWORD))
    staff(maebashi, "editor", user=factories.make_user("代理 太郎"))
    desk = Desk(browser, portal_live, approver)
    page = desk.open(NEW, "appoint-deputy")
    fill(page)
    idle(page, 2000)
    page.get_by_role("button", name="代理者を定める").click()
    expect(page.get_by_role("main")).to_contain_text("一定の時間が過ぎたため、サインアウトしました")
    desk.look("signed-out")
    page.get_by_label("メールアドレス").fill(approver.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("入力していた内容を戻しました")
    expect(page.get_by_label("理由")).to_have_value("北海道への出張")
    desk.look("typed-again")
    page.get_by_role("button", name="代理者を定める").click()
    expect(page.get_by_role("row", name="代理 太郎")).to_contain_text("代理中")
    desk.look("deputies")
    assert desk.complaints == []


def test_a_notice_comes_before_the_end(
    browser: Browser, portal_live: str, staff: Callable[..., Any], maebashi: Municipality, settings: Any
) -> None:
    settings.SESSION_IDLE_MINUTES = 3
    desk = Desk(browser, portal_live, staff(maebashi, "editor"))
    page = desk.open("/m/102016/")
    soon = page.get_by_role("dialog", name="まもなくサインアウトします")
    wake = "document.dispatchEvent(new Event('visibilitychange'))"
    expect(soon).to_be_hidden()
    idle(page, 100)
    page.evaluate(wake)
    expect(soon).to_contain_text("作業を続けますか")
    desk.look("session-ends")
    soon.get_by_role("button", name="続ける").click()
    expect(soon).to_be_hidden()
    idle(page, 400)
    page.evaluate(wake)
    over = page.get_by_role("dialog", name="サインアウトしました", exact=True)
    expect(over).to_contain_text("入力した内容は画面に残っています")
    expect(soon).to_be_hidden()
    over.get_by_role("button", name="閉じる").click()
    expect(soon).to_be_hidden()


def test_dangerous_deed_asks_and_comes_back(
    browser: Browser, portal_live: str, staff: Callable[..., Any], maebashi: Municipality
) -> None:
    approver = staff(maebashi, "approver", user=factories.make_user("決裁 花子", password=PASSWORD))
    staff(maebashi, "editor", user=factories.make_user("代理 太郎"))
    desk = Desk(browser, portal_live, approver, scripts=False)
    cookies = {one["name"]: one["value"] for one in desk.context.cookies()}
    session = SessionStore(cookies["portal_session"])
    del session["account_authentication_methods"]
    session.save()
    page = desk.open(NEW)
    fill(page)
    page.get_by_role("button", name="代理者を定める").click()
    expect(page.get_by_role("heading", name="本人の確認")).to_be_visible()
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_label("理由")).to_have_value("北海道への出張")
    page.get_by_role("button", name="代理者を定める").click()
    expect(page.get_by_role("row", name="代理 太郎")).to_be_visible()


def test_pages(
    browser: Browser, portal_live: str, staff: Callable[..., Any], maebashi: Municipality, secretary: Any
) -> None:
    first, second = (
        staff(maebashi, "administrator", user=factories.make_user(name, second_factor=True))
        for name in ("管理 一郎", "管理 二郎")
    )
    lost = staff(maebashi, "editor", user=factories.make_user("前橋 さくら"))
    with context.person(first.pk):
        ask_email_change(by=account_actor(first), user=first, email="ichiro.new@staff.example")
    with factories.acting(first, maebashi) as actor:
        recovery = open_recovery(by=actor, user=lost, reason="端末を紛失。窓口で本人に会って確かめた。")
        post = StaffPost.objects.get(user=lost).pk
    desk = Desk(browser, portal_live, first)
    pages = {
        "account": "/accounts/",
        "email": "/accounts/email/",
        "sessions": "/accounts/sessions/",
        "staff-post": f"/m/102016/staff/{post}/",
        "recover": f"/m/102016/staff/{post}/recover/",
        "recoveries": "/m/102016/recoveries/",
    }
    for name, path in pages.items():
        desk.open(path, name)
    desk = Desk(browser, portal_live, second)
    desk.open(f"/m/102016/recoveries/{recovery.pk}/", "recovery-to-confirm")
    with factories.acting(second, maebashi) as actor:
        token = confirm_recovery(by=actor, recovery=recovery)
    desk = Desk(browser, portal_live, lost)
    desk.open("/accounts/", "account-in-recovery")
    desk.context.clear_cookies()
    desk.open(f"/m/102016/recovery/{token}/", "use-recovery")
    with context.secretariat():
        one, _other = (
            MembershipApplication.objects.create(
                municipality=maebashi, contact_name=name, contact_email=f"{number}@applicant.example"
            )
            for number, name in enumerate(("申請 太郎", "別人 次郎"))
        )
    Desk(browser, portal_live, secretary).open(f"/secretariat/applications/{one.pk}/", "application-two")
