"""Write, approve, find, adopt: in a real browser, in both languages, at 1280 and at 320 px."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from consortium.tenancy.models import Municipality
from shared_plans.actions import publish_plan, submit_plan
from shared_plans.models import PlanRevision
from tests.files import samples

from .helpers import at, of
from .looking import Desk
from .test_papers import carry_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_draft_to_a_copy_elsewhere(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    takasaki: Municipality,
    editor: Any,
    approver: Any,
    adopter: Any,
) -> None:
    writing = Desk(browser, portal_live, editor)
    page = writing.open(at(maebashi, "plans"), "plans-empty")
    page.get_by_role("link", name="計画を作成する").click()
    writing.look("plan-new")
    page.get_by_label("計画の名称").fill("前橋市DX推進計画")
    page.get_by_role("button", name="作成して編集する").click()
    writing.look("plan-edit-empty")
    page.get_by_role("link", name="施策を追加").click()
    page.get_by_label("施策の名称").fill("書かない窓口")
    page.get_by_label("自治体フロントヤード改革の推進").check()
    page.locator("#id_body").fill("全支所に広げます。\n\n- 来庁前に申請書を作れます。")
    page.get_by_label("節目の名称").fill("試行の開始")
    due = page.get_by_role("group", name="期日").first
    for part, number in zip("年月日", ("2037", "3", "31"), strict=True):
        due.get_by_label(part, exact=True).fill(number)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("計画期間の外です。").first).to_be_visible()
    writing.complaints.clear()  # Chromium notes the 422 itself
    writing.look("plan-clause-error")
    due.get_by_label("年", exact=True).fill("2027")
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("link", name="予算を追加").click()
    page.get_by_label("件名").fill("窓口システムの構築")
    page.locator("#id_initiative").select_option(label="書かない窓口")
    page.locator("#id_year").select_option("2027")
    page.get_by_label("費用区分").select_option("development")
    page.get_by_label("財源").select_option("own_funds")
    page.get_by_label("金額(円)").fill("１２，０００，０００")
    writing.look("plan-clause")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("12,000,000円").first).to_be_visible()
    writing.look("plan-edit")
    page.get_by_role("link", name="決裁へ進む").click()
    writing.look("plan-submit")
    page.get_by_role("button", name="決裁を依頼する").click()
    writing.look("plan-receipt")
    page.get_by_role("link", name="計画を見る").click()
    path = page.url.removeprefix(portal_live)

    deciding = Desk(browser, portal_live, approver)
    page = deciding.open(path)
    page.get_by_role("link", name="決裁する").click()
    deciding.look("plan-review")
    page.get_by_role("button", name="承認して公表する").click()
    expect(page.get_by_role("heading", name="公表しました")).to_be_visible()
    deciding.open(path, "plan-published")

    adopting = Desk(browser, portal_live, adopter)
    page = adopting.open(at(takasaki, "library"), "library")
    page.get_by_label("語句").fill("ＤＸ推進")
    page.get_by_role("button", name="検索").click()
    page.get_by_role("link", name="前橋市DX推進計画").click()
    adopting.look("library-plan")
    page.get_by_role("link", name="この計画を採用する").click()
    adopting.look("plan-adopt")
    page.get_by_label("採用後の計画の名称").fill("高崎市DX推進計画")
    page.get_by_role("button", name="次へ").click()
    adopting.look("plan-adopt-check")
    page.get_by_role("button", name="採用する").click()
    expect(page.get_by_role("heading", name="計画を採用しました")).to_be_visible()
    page.get_by_role("link", name="計画を見る").click()
    expect(page.get_by_text("前橋市 第1版 から採用")).to_be_visible()
    adopting.look("plan-adopted")
    adopting.open(at(takasaki, "plans"), "plans")
    for desk in (writing, deciding, adopting):
        assert desk.complaints == []


def test_in_english(
    browser: Browser, portal_live: str, maebashi: Municipality, published: PlanRevision, approver: Any
) -> None:
    desk = Desk(browser, portal_live, approver, language="en")
    desk.open(of(published.plan, maebashi), "plan-en")
    desk.open(at(maebashi, "library"), "library-en")
    assert desk.complaints == []


def test_the_editor_works_without_scripts(
    browser: Browser, portal_live: str, maebashi: Municipality, draft: Any, editor: Any
) -> None:
    desk = Desk(browser, portal_live, editor, scripts=False)
    page = desk.open(of(draft, maebashi, "edit"))
    page.get_by_role("link", name="指標(KPI)を追加").click()
    page.get_by_label("指標の名称").fill("満足度")
    page.get_by_label("目標値").fill("80")
    page.get_by_role("button", name="保存して続けて書く").click()
    expect(page.get_by_label("目標値")).to_have_count(2)
    page.get_by_role("link", name="この項目を削除する").click()
    page.get_by_role("button", name="削除する").click()
    expect(page.get_by_text("削除しました。")).to_be_visible()


def test_attached_files_and_the_paper(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    takasaki: Municipality,
    draft: Any,
    editor: Any,
    approver: Any,
    adopter: Any,
    acting: Any,
) -> None:
    writing = Desk(browser, portal_live, editor)
    page = writing.open(of(draft, maebashi, "attach"), "attach")
    page.get_by_label("ファイル").set_input_files(
        {"name": "体制図.pdf", "mimeType": "application/pdf", "buffer": samples.png()}
    )
    page.get_by_role("button", name="添付する").click()
    expect(page.get_by_text("ファイルの内容が拡張子と一致しません").first).to_be_visible()
    writing.complaints.clear()  # Chromium notes the 422 itself
    writing.look("attach-error")
    page.get_by_label("ファイル").set_input_files(
        {"name": "推進体制図.pdf", "mimeType": "application/pdf", "buffer": samples.PDF}
    )
    page.get_by_role("button", name="添付する").click()
    expect(page.get_by_text("資料を添付しました。")).to_be_visible()
    writing.look("plan-attached")
    with page.expect_download() as taken:
        page.get_by_role("link", name="ダウンロード (推進体制図)").click()
    assert taken.value.suggested_filename == "推進体制図.pdf"
    page.get_by_role("link", name="外す (推進体制図)").click()
    writing.look("detach")
    with acting(editor, maebashi) as actor:
        submitted = submit_plan(by=actor, plan=draft)
    with acting(approver, maebashi) as actor:
        revision = publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)
    writing.open(of(draft, maebashi, "revision", number=1), "revision-printing")
    carry_out(maebashi)
    page = writing.open(of(draft, maebashi, "revision", number=1), "revision-paper")
    with page.expect_download() as taken:
        page.get_by_role("link", name="計画書(PDF)をダウンロード").click()
    assert taken.value.suggested_filename.endswith("_第1版.pdf")
    writing.open(f"/m/{maebashi.code}/plans/{draft.pk}/revisions/1/paper/", "print")
    reading = Desk(browser, portal_live, adopter, language="en")
    reading.open(at(takasaki, "library_plan", revision=revision.pk), "library-files-en")
    assert (writing.complaints, reading.complaints) == ([], [])
    page.goto(f"/m/{maebashi.code}/files/old-link/")
    writing.complaints.clear()  # and the 410
    writing.look("link-expired")
