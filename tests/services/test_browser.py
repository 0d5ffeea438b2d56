"""Catalogue, registration and adoption in a real browser, at 1280 and at 320 px."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from consortium.tenancy.models import Municipality
from services.models import Component
from tests import factories
from tests.shared_plans.looking import Desk

from .conftest import COMPONENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_register_a_service_and_adopt_its_component(
    browser: Browser, portal_live: str, maebashi: Municipality, secretary: Any, administrator: Any
) -> None:
    body = Desk(browser, portal_live, secretary)
    page = body.open(reverse("services:catalogue"), "catalogue-empty")
    page.get_by_role("link", name="部品を登録する").click()
    body.look("component-register")
    page.locator("#id_sector").select_option("transport")
    for field in ("code", "name_ja", "name_en", "summary", "provider"):
        page.locator(f"#id_{field}").fill(COMPONENT[field])
    page.get_by_role("button", name="登録する").click()
    page.locator("#id_version").fill("1.0.0")
    page.get_by_role("button", name="公開する").click()
    body.look("catalogue-component")
    page.get_by_role("link", name="連携サービスを登録する").click()
    body.look("service-register-component")
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("button", name="次へ").click()
    expect(page.get_by_role("heading", name="入力内容を確認してください")).to_be_visible()
    body.look("service-register-errors")
    body.complaints.clear()  # Chromium notes the 422 itself
    page.locator("#id_name_ja").fill("交通割引サービス")
    page.locator("#id_name_en").fill("Transport discount")
    page.locator("#id_purpose_ja").fill("運賃割引の対象かどうかを確認するため")
    page.locator("#id_purpose_en").fill("To check eligibility for a discount")
    page.get_by_label("65歳以上かどうか").check()
    page.get_by_label("住んでいる市区町村").check()
    page.locator("#id_contact").fill("support@transport.example")
    page.get_by_role("button", name="保存して中断").click()
    body.look("service-register-resume")
    page.get_by_role("link", name="続きから入力する").click()
    page.get_by_role("button", name="次へ").click()
    page.locator("#id_redirect_uris").fill("http://localhost:8002/callback")
    page.locator("#id_auth_method").select_option("client_secret_basic")
    body.look("service-register-connection")
    page.get_by_role("button", name="次へ").click()
    body.look("service-register-check")
    page.go_back()
    expect(page.locator("#id_redirect_uris")).to_have_value("http://localhost:8002/callback")
    page.get_by_role("button", name="次へ").click()
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("#client-secret")).to_be_visible()
    body.look("service-secret")
    address = page.url
    colleague = Desk(browser, portal_live, factories.make_secretary())
    second = colleague.open(address, "service")
    expect(second.locator("#client-secret")).to_have_count(0)
    second.get_by_role("link", name="承認する").click()
    colleague.look("service-approve")
    second.get_by_role("button", name="承認する").click()
    second.get_by_role("link", name="開発者への案内").click()
    colleague.look("service-developer")
    second.go_back()
    second.get_by_role("link", name="登録内容を変更する").click()
    colleague.look("service-change")
    second.locator("#id_purpose_ja").fill("別の割引のため")
    second.get_by_role("button", name="変更する").click()
    colleague.look("service-change-proposed")
    page.goto(address)
    page.get_by_role("link", name="変更の内容を見て、承認または却下する").click()
    body.look("service-change-decide")
    page.goto(address)
    page.get_by_role("link", name="新しい共有鍵を発行する").click()
    body.look("service-secret-renew")
    page.goto(address)
    page.get_by_role("link", name="停止する").click()
    body.look("service-suspend")
    body.open(reverse("services:relying_parties"), "services")
    body.open(reverse("services:catalogue"), "catalogue")

    desk = Desk(browser, portal_live, administrator)
    page = desk.open(reverse("services:components", args=[maebashi.code]), "components")
    page.get_by_role("link", name="交通割引サービス").click()
    desk.look("component")
    page.get_by_role("link", name="導入する").click()
    desk.look("component-adopt")
    page.get_by_role("button", name="導入する").click()
    desk.look("component-adopted")
    page.get_by_role("link", name="利用を終了する").click()
    desk.look("component-end")
    assert body.complaints == []
    assert colleague.complaints == []
    assert desk.complaints == []


def test_in_english(
    browser: Browser, portal_live: str, maebashi: Municipality, component: Component, administrator: Any
) -> None:
    desk = Desk(browser, portal_live, administrator, language="en")
    desk.open(reverse("services:component", args=[maebashi.code, component.code]), "component-en")
