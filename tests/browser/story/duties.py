"""What offices do beside the journey: attest, disclose by law, answer a resident, bring files in."""

from datetime import date, timedelta

from playwright.sync_api import Page

from deploy.demo.facts import MAEBASHI, TAKASAKI
from tests.browser.seed import YEAR
from tests.browser.world import World

from .clicks import fill, heading, press, shows
from .identity import RESIDENT
from .plans import COPY, INITIATIVE, TITLE

HOME = f"/m/{MAEBASHI.code}"
SUPPORT = "令和8年度 高齢者運賃助成"
SHE = {"kana": "かくう はなこ", "birth_date": "昭和30年4月1日"}
STAFF_FILE = """メールアドレス,氏名,ふりがな,課,役割,開始日
keikaku@city.maebashi.example,計画 実(架空),けいかく みのる,情報政策課,起案者、決裁者,
madoguchi@city.maebashi.example,窓口 明(架空),まどぐち あきら,市民課,窓口担当,
"""
CHANGES_FILE = f"""発令日,役割,課,前任者,後任者,備考
令和9年4月1日,起案者,財政課,editor@{MAEBASHI.key}.example,approver@{MAEBASHI.key}.example,
令和9年4月1日,部長,財政課,editor@{MAEBASHI.key}.example,,
"""
FIGURES_FILE = f"""指標,年度,値,出典
人口,{YEAR},331972,住民基本台帳(架空)
知らない指標,{YEAR},1,
"""


def attests(world: World) -> None:
    """One prepares, another confirms."""
    page = world.page("attester")
    page.goto(f"{HOME}/attestations/new/")
    page.locator("main select[name=attribute]").select_option("subsidised_fare")
    today = date.today()
    fill(page, title=SUPPORT, **SHE, **day("starts_on", today), **day("until", today + timedelta(days=365)))
    press(page, "準備して確認を依頼")
    shows(page, "別の職員による確認が必要です")
    confirmer = world.page("second_attester")
    confirmer.goto(page.url)
    world.look("second_attester", "attestation-purpose", again=False)
    confirmer.get_by_role("radio", name="その他").check()
    fill(confirmer, reason="運賃助成の確認")
    press(confirmer, "情報を表示")
    world.look("second_attester", "attestation-to-confirm", picture="both")
    press(confirmer, "内容を確認して発行する")
    shows(confirmer, "発行済み")


def discloses_by_law(world: World) -> None:
    page = world.page("legal_officer")
    page.goto(f"{HOME}/by-law/new/")
    fill(page, **SHE, authority="架空県警察本部", law="刑事訴訟法第197条第2項による照会への回答")
    page.get_by_role("checkbox", name="住んでいる市区町村").check()
    fill(page, **day("day", date.today() - timedelta(days=1)), time="09:30")
    press(page, "準備して確認を依頼")
    shows(page, "別の職員による確認が必要です")


def answers(world: World) -> None:
    """The resident asks about a use; the counter reads what she wrote."""
    page = world.page(RESIDENT)
    page.goto(f"{world.state.issuer}/me/uses/")
    press(page, "1件ずつ見る", exact=False)
    press(page, "この利用について問い合わせる", exact=False)
    fill(page, text="運賃の割引のほかにも使われていますか。")
    press(page, "問い合わせる")
    clerk = world.page("clerk")
    clerk.goto(f"{HOME}/inquiries/")
    clerk.locator("main tbody a").first.click()
    world.look("clerk", "inquiry-closed", again=False)
    press(clerk, "対応のため内容を読む")
    shows(clerk, "運賃の割引のほかにも")


def carries_out(world: World) -> None:
    """The plan under way: a blocker, a comment to a colleague."""
    page = world.page("editor")
    address = address_of(page, MAEBASHI.code, TITLE)
    page.goto(f"{address}blockers/new/")
    page.locator("#id_category").select_option(label="制度")
    fill(page, title="条例の改正待ち", effect="契約を結べない", unit="情報政策課")
    press(page, "登録する")
    world.look("editor", "blocker")
    page.goto(address)
    press(page, f"コメント {INITIATIVE}", exact=False)
    fill(page, body="支所の順番は決まりましたか。")
    press(page, "コメントを書く")
    world.look("editor", "clause-comments")


def brings_files_in(world: World) -> None:
    """As far as the check before anything is written."""
    page = world.page("administrator")
    for path, name, text in (
        ("staff/import", "import-staff-check", STAFF_FILE),
        ("staff/changes/import", "import-changes-check", CHANGES_FILE),
        ("figures/import", "import-figures-check", FIGURES_FILE),
    ):
        page.goto(f"{HOME}/{path}/")
        upload(page, f"{name}.csv", text.encode())
        shows(page, "読み取った内容")
        world.look("administrator", name, picture="both")
    plans_are_brought_in(world)


def plans_are_brought_in(world: World) -> None:
    """A file of Maebashi's plan: as a plan of its own, and in place of Takasaki's draft."""
    writer = world.page("editor")
    address = address_of(writer, MAEBASHI.code, TITLE)
    file = writer.request.get(f"{address}file/json/").body()
    writer.goto(f"{HOME}/plans/import/")
    upload(writer, "plan.json", file)
    world.look("editor", "import-plan-check", picture="both")
    adopter = world.page("adopter")
    adopter.goto(f"{address_of(adopter, TAKASAKI.code, COPY)}import/")
    upload(adopter, "plan.json", file)
    world.look("adopter", "import-draft-check", picture="both")


def address_of(page: Page, code: str, title: str) -> str:
    page.goto(f"/m/{code}/plans/")
    press(page, title, exact=False)
    heading(page, title)
    return page.url


def upload(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("main input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    press(page, "内容を確かめる")
    page.wait_for_url(lambda url: not url.endswith("/import/"))


def day(field: str, at: date) -> dict[str, str]:
    return {f"{field}_year": str(at.year), f"{field}_month": str(at.month), f"{field}_day": str(at.day)}


CHAPTERS = (attests, discloses_by_law, answers, carries_out, brings_files_in)
