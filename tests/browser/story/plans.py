"""Step 2: a plan against the national framework, published and adopted with provenance."""

from playwright.sync_api import expect

from deploy.demo.facts import MAEBASHI, TAKASAKI
from tests.browser.world import World

from .clicks import fill, heading, press, shows

TITLE = "前橋市DX推進計画"
COPY = "高崎市DX推進計画"
INITIATIVE = "書かない窓口"
BODY = "申請書を書かずに手続きが済む窓口を、全ての支所に設けます。"


def maebashi_publishes(world: World) -> None:
    write(world)
    publish(world)


def write(world: World) -> None:
    page = world.page("editor")
    page.goto(f"/m/{MAEBASHI.code}/")
    world.look("editor", "editor-home")
    page.goto(f"/m/{MAEBASHI.code}/plans/")
    world.look("editor", "plans-empty")
    press(page, "計画を作成する")
    fill(page, title=TITLE)
    world.look("editor", "plan-new")
    press(page, "作成して編集する")
    heading(page, "計画の編集")
    world.look("editor", "plan-edit-empty")
    press(page, "施策を追加")
    page.locator("main [name=items]").first.check()
    fill(page, title=INITIATIVE, body=BODY)
    world.look("editor", "plan-clause", picture="both")
    press(page, "保存する")
    heading(page, "計画の編集")
    shows(page, INITIATIVE)
    world.look("editor", "plan-edit", picture="both")
    press(page, "決裁へ進む")
    world.look("editor", "plan-submit")
    press(page, "決裁を依頼する")
    world.look("editor", "plan-submitted")


def publish(world: World) -> None:
    page = world.page("approver")
    page.goto(f"/m/{MAEBASHI.code}/")
    world.look("approver", "tenant-home", picture="wide")
    press(page, TITLE, exact=False)
    expect(page.get_by_role("button", name="承認して公表する")).to_be_visible()
    world.look("approver", "plan-review", picture="wide")
    press(page, "承認して公表する")
    world.look("approver", "plan-published")
    press(page, "計画を見る")
    heading(page, TITLE)
    world.look("approver", "plan", picture="wide")
    press(page, "実行を開始する")
    world.look("approver", "plan-start")
    fill(page, reason="議会への報告を終えたため")
    press(page, "実行を開始する")
    shows(page, "実行を開始しました。")


def takasaki_adopts(world: World) -> None:
    page = world.page("adopter")
    page.goto(f"/m/{TAKASAKI.code}/library/?q=DX")
    world.look("adopter", "library", picture="wide")
    press(page, TITLE, exact=False)
    world.look("adopter", "library-plan")
    press(page, "この計画を採用する")
    world.look("adopter", "plan-adopt")
    fill(page, title=COPY)
    press(page, "次へ")
    world.look("adopter", "plan-adopt-check")
    press(page, "採用する")
    world.look("adopter", "plan-adopted")
    press(page, "計画を見る")
    heading(page, COPY)
    shows(page, "前橋市 第1版 から採用")
    shows(page, INITIATIVE)
    world.look("adopter", "plan-copy", picture="wide")
