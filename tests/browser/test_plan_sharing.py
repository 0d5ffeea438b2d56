"""横展開 in Chromium: Maebashi publishes, Takasaki adopts and changes, Maebashi moves on, Takasaki takes the
update in with one conflict and proposes back, Maebashi accepts part.

Forms are filled and sent by keyboard alone; pages are looked at in both widths, the English ones at the end.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from consortium.tenancy.models import Municipality
from shared_plans.actions import publish_plan, revise_plan, submit_plan
from shared_plans.models import Plan, PlanRevision
from tests.factories import acting
from tests.shared_plans.conftest import (  # noqa: F401  # fixtures
    CONTENT,
    adopter,
    approver,
    draft,
    editor,
    framework,
    members,
    published,
    submitted,
)
from tests.shared_plans.helpers import at, of
from tests.shared_plans.looking import Desk
from tests.shared_plans.sharing import changed, draft_of, fresh, move_on

from .conftest import PICTURES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRESSES = 80
NEW_TITLE, NEW_BODY = "書かない・待たない窓口", "全支所に広げ、予約も受け付けます。"


def press(target: Locator, key: str = "Enter") -> None:
    """Tab to it as somebody without a mouse does, then the key. Fails if the keyboard does not get there."""
    page = target.page
    for _ in range(PRESSES):
        if target.evaluate("one => one === document.activeElement"):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {target}")


def choose(page: Page, section: str, label: str) -> None:
    """A radio button: into the group by Tab, within it by the arrow keys."""
    group = page.locator(".question", has=page.get_by_role("heading", name=section, exact=True))
    target = group.get_by_role("radio", name=label, exact=True)
    radios = group.get_by_role("radio")
    chosen = group.locator("input:checked")
    press(chosen if chosen.count() else radios.first, "Space")
    for _ in range(radios.count()):
        if target.is_checked():
            return
        page.keyboard.press("ArrowDown")
    assert target.is_checked()


def write(target: Locator, text: str) -> None:
    press(target, "Control+A")
    target.page.keyboard.type(text)


@pytest.fixture
def look(
    pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Desk, str], None]:
    """Axe, reflow and console at both widths; pictures go to docs where they are asked for."""
    monkeypatch.setattr("tests.shared_plans.looking.SHOTS", str(tmp_path))

    def at_both(desk: Desk, name: str) -> None:
        desk.look(f"sharing-{name}")
        assert desk.complaints == [], name
        if pytestconfig.getoption("--screenshots", default=False):
            for width, kept in ((1280, ""), (320, "-320")):
                source = tmp_path / f"sharing-{name}-{width}.png"
                shutil.copy(source, PICTURES / f"sharing-{name}{kept}.png")

    return at_both


def test_a_plan_goes_around(  # one journey, told in its order
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    takasaki: Municipality,
    editor: Any,  # noqa: F811
    approver: Any,  # noqa: F811
    adopter: Any,  # noqa: F811
    published: PlanRevision,  # noqa: F811
    staff: Callable[..., Any],
    look: Callable[[Desk, str], None],
) -> None:
    taking = Desk(browser, portal_live, adopter)
    plan = takasaki_adopts(taking, takasaki, published, look)
    takasaki_changes(taking, takasaki, plan, look)
    text = changed(changed(CONTENT, "clause-3", amount=15_000_000), "clause-1", title=NEW_TITLE)
    second = move_on(published, editor, approver, maebashi, text)
    takasaki_takes_in(taking, takasaki, plan, look)
    assert draft_of(plan).clause("clause-1").text("title") == NEW_TITLE  # type: ignore[union-attr]
    with acting(adopter, takasaki) as by:
        asked = submit_plan(by=by, plan=fresh_in(plan))
    with acting(staff(takasaki, "approver"), takasaki) as by:
        publish_plan(by=by, plan=asked, lock_version=asked.lock_version)
    takasaki_proposes(taking, takasaki, plan, look)
    with acting(editor, maebashi) as by:
        revise_plan(by=by, plan=second.plan, reason="提案の反映")
    answering = Desk(browser, portal_live, editor)
    maebashi_answers(answering, maebashi, second.plan, look)
    assert draft_of(second.plan).clause("clause-1").text("body") == NEW_BODY  # type: ignore[union-attr]
    assert draft_of(second.plan).clause("clause-2").text("title") == "テレワークの定着"  # type: ignore[union-attr]
    taking.open(of(plan, takasaki))
    expect(taking.page.get_by_text("一部を取り入れ")).to_be_visible()
    taking.open(of(plan, takasaki, "lineage"))
    expect(taking.page.get_by_role("img", name="採用の系譜の図")).to_be_visible()
    look(taking, "lineage")
    in_english(browser, portal_live, adopter, takasaki, plan, look)


def fresh_in(plan: Plan) -> Plan:
    found: Plan = Plan.objects.get(pk=plan.pk)
    return found


def takasaki_adopts(
    desk: Desk, place: Municipality, revision: PlanRevision, look: Callable[[Desk, str], None]
) -> Plan:
    page = desk.open(at(place, "library_plan", revision=revision.pk))
    press(page.get_by_role("link", name="この計画を採用する"))
    expect(page.get_by_text("採用したこと(自治体名と版)は参画自治体に示されます")).to_be_visible()
    write(page.get_by_label("採用後の計画の名称"), "高崎市DX推進計画")
    press(page.get_by_role("button", name="次へ"))
    press(page.get_by_role("button", name="採用する"))
    expect(page.get_by_role("heading", name="計画を採用しました")).to_be_visible()
    press(page.get_by_role("link", name="計画を見る"))
    expect(page.get_by_text("前橋市 第1版 から採用")).to_be_visible()
    look(desk, "adopted")
    pk = page.url.rstrip("/").rpartition("/")[2]
    return fresh(Plan(pk=pk, municipality_id=place.pk))


def takasaki_changes(desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]) -> None:
    """Figures to the own size, then two changes of the text."""
    page = desk.page
    press(page.get_by_role("link", name="数字を自らの規模に合わせる"))
    for label, number in (
        ("採用元の人口", "332149"),
        ("自らの人口", "372973"),
        ("採用元の世帯数", "１４７０００"),
        ("自らの世帯数", "166000"),
    ):
        write(page.get_by_label(label), number)
    press(page.get_by_role("button", name="数字の確認へ進む"))
    expect(page.get_by_text("13,474,000円")).to_be_visible()
    look(desk, "figures")
    press(page.get_by_role("button", name="保存する"))
    expect(page.get_by_text("13,474,000円").first).to_be_visible()
    page.goto(of(plan, place, "edit_clause", clause="clause-1"))
    write(page.locator("#id_body"), NEW_BODY)
    press(page.get_by_role("button", name="保存する"))
    page.goto(of(plan, place, "edit_clause", clause="clause-2"))
    write(page.get_by_label("施策の名称"), "在宅勤務の定着")
    press(page.get_by_role("button", name="保存する"))


def takasaki_takes_in(desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]) -> None:
    page = desk.open(of(plan, place))
    expect(page.get_by_text("採用元が第2版に改訂されました。")).to_be_visible()
    press(page.get_by_role("link", name="更新を取り込む"))
    expect(page.get_by_text("両方で変わっています。")).to_be_visible()
    look(desk, "sync")
    press(page.get_by_role("button", name="保存して確認へ進む"))
    expect(page.get_by_text("まだ決めていない項目があります")).to_be_visible()
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    press(page.get_by_role("link", name="戻って決める"))
    choose(page, "金額(円)", "書き直す")
    conflict = page.locator(".question--conflict")
    own = conflict.get_by_label("書き直す内容")
    expect(own).to_have_value("16843000")
    write(own, "１４，０００，０００")
    write(conflict.get_by_label("理由(記録に残ります)"), "契約額に合わせる")
    press(page.get_by_role("button", name="保存して中断"))
    expect(page.get_by_text("ここまでの判断を保存しました。")).to_be_visible()
    press(page.get_by_role("link", name="更新を取り込む"))
    expect(own).to_have_value("14000000")
    press(page.get_by_role("button", name="保存して確認へ進む"))
    expect(page.get_by_text("契約額に合わせる")).to_be_visible()
    look(desk, "sync-check")
    press(page.get_by_role("button", name="取り込む", exact=True))
    expect(page.get_by_text("前橋市の第2版を取り込みました。")).to_be_visible()
    expect(page.get_by_text("前橋市 第2版 から採用")).to_be_visible()


def takasaki_proposes(desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]) -> None:
    page = desk.open(of(plan, place))
    press(page.get_by_role("link", name="改善を提案する"))
    press(page.get_by_label("書かない・待たない窓口 内容"), "Space")
    press(page.get_by_label("在宅勤務の定着 施策の名称"), "Space")
    look(desk, "propose")
    press(page.get_by_role("button", name="提案を送る"))
    expect(page.get_by_text("入力してください。").first).to_be_visible()
    desk.complaints.clear()  # Chromium notes the 422 itself
    write(page.get_by_label("提案の理由"), "予約の受付が好評で、待ち時間が減りました。")
    press(page.get_by_role("button", name="提案を送る"))
    expect(page.get_by_text("前橋市に改善提案を送りました。")).to_be_visible()
    expect(page.get_by_text("回答待ち")).to_be_visible()


def maebashi_answers(desk: Desk, place: Municipality, plan: Plan, look: Callable[[Desk, str], None]) -> None:
    page = desk.open(of(plan, place))
    press(page.get_by_role("link", name="高崎市から"))
    expect(page.get_by_text("予約の受付が好評で")).to_be_visible()
    choose(page, "内容", "提案のとおりにする")
    choose(page, "施策の名称", "今の内容のままにする")
    write(page.get_by_label("回答"), "予約の受付を取り入れます。名称は今のままとします。")
    look(desk, "proposal")
    press(page.get_by_role("button", name="回答する"))
    expect(page.get_by_text("回答しました: 一部を取り入れ")).to_be_visible()


def in_english(
    browser: Browser,
    portal_live: str,
    user: Any,
    place: Municipality,
    plan: Plan,
    look: Callable[[Desk, str], None],
) -> None:
    desk = Desk(browser, portal_live, user, language="en")
    page = desk.open(of(plan, place))
    expect(page.get_by_text("Adopted from").first).to_be_visible()
    look(desk, "plan-en")
    page.goto(of(plan, place, "lineage"))
    expect(page.get_by_text("Maebashi").first).to_be_visible()
    look(desk, "lineage-en")
