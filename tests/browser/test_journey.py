"""The issue's journey in Chromium against the real processes: clicking, with passkeys."""

import io

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import expect

from deploy.demo.facts import MEMBERS

from .story import identity, plans, reporting
from .world import World

pytestmark = pytest.mark.browser


def test_secretary_signs_in_with_a_passkey_and_admits_maebashi(admitted: World) -> None:
    page = admitted.page("secretary")
    page.goto("/secretariat/members/")
    listed = page.get_by_role("main").inner_text()
    assert [member.name for member in MEMBERS if member.name not in listed] == []


def test_takasaki_adopts_what_maebashi_published(published: World) -> None:
    plans.takasaki_adopts(published)


def test_consent_page_asks_for_exactly_two_attributes(consented: World) -> None:
    page = consented.page(identity.RESIDENT)
    shared = page.locator("section[aria-labelledby=consent-what] li").all_inner_texts()
    assert shared == [*identity.SHARED, "同じ分野のサービスでだけ使う、あなたの仮の番号"]
    assert page.get_by_role("main").locator("input:not([type=hidden])").count() == 0
    answers = page.get_by_role("main").locator(".actions--equal button")
    boxes = [answer.bounding_box() for answer in answers.all()]
    assert answers.all_inner_texts() == ["同意しない", "同意する"]
    assert len({(box["width"], box["height"]) for box in boxes if box}) == 1
    looks = answers.evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    assert len(set(looks)) == 1


def test_service_learns_two_things_until_she_withdraws(consented: World) -> None:
    claims = identity.allow(consented)
    assert claims.pop("sub")
    assert claims == {"resident_of": "102016", "age_over_65": True}
    identity.her_page(consented)
    uses = consented.page(identity.RESIDENT)
    uses.goto(f"{consented.state.issuer}/me/uses/")
    expect(uses.get_by_role("main")).to_contain_text(identity.SERVICE)
    identity.withdraw(consented)
    identity.use_again(consented)
    identity.decline(consented)


def test_report_is_live_and_can_be_downloaded(reported: World) -> None:
    page = reported.page("secretary")
    expect(page.get_by_role("main")).to_contain_text("秘匿")
    expect(page.locator("figure img")).to_have_js_property("complete", value=True)
    name, csv = reporting.download(reported, "CSV(UTF-8)")
    assert name.endswith(".csv")
    assert "前橋市" in csv.decode("utf-8-sig")
    name, xlsx = reporting.download(reported, "Excel")
    assert name.endswith(".xlsx")
    assert load_workbook(io.BytesIO(xlsx)).sheetnames
