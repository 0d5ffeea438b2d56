"""A plan is written together: a comment calls a colleague, who answers it; what one writes is kept and gone
on with; clauses change places; a review is planned. Pages are looked at in both widths."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Browser, expect

from consortium.tenancy.models import Municipality
from shared_plans.models import Plan
from tests.shared_plans.conftest import (  # noqa: F401  # fixtures
    approver,
    draft,
    editor,
    framework,
    members,
)
from tests.shared_plans.helpers import at, of
from tests.shared_plans.looking import Desk
from tests.shared_plans.sharing import draft_of

from .conftest import PICTURES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITTEN = "全支所と出張所に広げます。"


@pytest.fixture
def look(
    pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Desk, str], None]:
    """Axe, reflow and console at both widths; pictures go to docs where they are asked for."""
    monkeypatch.setattr("tests.shared_plans.looking.SHOTS", str(tmp_path))

    def at_both(desk: Desk, name: str) -> None:
        desk.look(f"editing-{name}")
        assert desk.complaints == [], name
        if pytestconfig.getoption("--screenshots", default=False):
            for width, kept in ((1280, ""), (320, "-320")):
                shutil.copy(tmp_path / f"editing-{name}-{width}.png", PICTURES / f"editing-{name}{kept}.png")

    return at_both


def test_written_together(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    editor: Any,  # noqa: F811
    approver: Any,  # noqa: F811
    draft: Plan,  # noqa: F811
    look: Callable[[Desk, str], None],
) -> None:
    writing, deciding = Desk(browser, portal_live, editor), Desk(browser, portal_live, approver)
    a_colleague_is_called(writing, maebashi, draft, approver, look)
    and_answers(deciding, maebashi, draft, look)
    what_is_written_is_kept(writing, maebashi, draft, look)
    clauses_change_places(writing, maebashi, draft, look)
    a_review_is_planned(writing, maebashi, draft, look)


def a_colleague_is_called(
    desk: Desk, place: Municipality, plan: Plan, colleague: Any, look: Callable[[Desk, str], None]
) -> None:
    page = desk.open(of(plan, place))
    page.get_by_role("link", name="コメント 書かない窓口").click()
    page.locator("#id_body").fill("期日は**いつ**ですか。\n- 議会の日程\n- 予算の締切")
    page.get_by_label(str(colleague.name)).check()
    page.get_by_role("button", name="コメントを書く").click()
    expect(page.get_by_text("コメントを書きました。")).to_be_visible()
    expect(page.locator("article strong", has_text="いつ")).to_be_visible()
    look(desk, "comments")


def and_answers(desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]) -> None:
    page = desk.open(of(plan, place))
    page.get_by_role("link", name="未対応のコメント 1件 書かない窓口").click()
    page.get_by_role("link", name="返信する").click()
    page.locator("#id_body").fill("3月です。")
    look(desk, "answer")
    page.get_by_role("button", name="返信する").click()
    expect(page.get_by_text("返信しました。")).to_be_visible()
    page.goto(of(plan, place, "comments"))
    look(desk, "open-comments")


def what_is_written_is_kept(
    desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]
) -> None:
    """By the clock of the page, run forward; the second time as a window goes."""
    page = desk.page
    page.clock.install()
    page.goto(of(plan, place, "edit_clause", clause="clause-1"))
    page.locator("#id_body").fill(WRITTEN)
    page.clock.run_for(21_000)
    expect(page.get_by_role("status").filter(has_text="書きかけの内容を保管しました")).to_be_visible()
    page.reload()
    expect(page.get_by_text("書きかけの内容が残っています")).to_be_visible()
    look(desk, "kept")
    page.get_by_role("link", name="続きから書く").click()
    expect(page.locator("#id_body")).to_have_value(WRITTEN)
    look(desk, "gone-on-with")
    page.get_by_role("button", name="保存する", exact=True).click()
    expect(page.get_by_role("heading", name="計画の編集")).to_be_visible()
    assert draft_of(plan).clause("clause-1").text("body") == WRITTEN  # type: ignore[union-attr]
    page.goto(of(plan, place, "edit_clause", clause="clause-1"))
    expect(page.get_by_text("書きかけの内容が残っています")).to_have_count(0)


def clauses_change_places(
    desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]
) -> None:
    page = desk.open(of(plan, place, "edit"))
    page.get_by_role("button", name="「書かない窓口」を下へ").click()
    expect(page.get_by_text("並びを変えました。")).to_be_visible()
    assert [one.id for one in draft_of(plan).clauses][:2] == ["clause-2", "clause-1"]
    look(desk, "order")


def a_review_is_planned(
    desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]
) -> None:
    page = desk.open(of(plan, place, "review_cycle"))
    look(desk, "review-cycle")
    page.get_by_label("間隔(か月)").fill("6")
    first = localdate() + timedelta(days=30)
    for part, number in enumerate((first.year, first.month, first.day)):
        page.locator(f"#id_starts_on_{part}").fill(str(number))
    page.get_by_role("button", name="予定を保存する").click()
    expect(page.get_by_text("見直しの予定を定めました。")).to_be_visible()
    look(desk, "review-planned")
    page.goto(at(place, "reviews"))
    expect(page.get_by_role("link", name=plan.title)).to_be_visible()
    look(desk, "reviews")
    with page.expect_download() as download:
        page.get_by_role("link", name="カレンダーに取り込む").click()
    assert "DTSTART;VALUE=DATE:" in Path(download.value.path()).read_text()
    page.goto(of(plan, place))
    expect(page.get_by_text("次の見直し")).to_be_visible()
    look(desk, "plan")
