"""Chapter 2, second half: Maebashi writes and publishes a plan, Takasaki adopts it."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from deploy.demo.facts import MAEBASHI, TAKASAKI
from deploy.demo.state import DemoState, Step, StepError

from .browser import Browser, Page
from .people import signed_in
from .staffing import APPROVER, EDITOR, TAKASAKI_EDITOR

TITLE = "前橋市DX推進計画(架空のデモ)"
COPY = "高崎市DX推進計画(架空のデモ)"
CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.json"))
EDITION = "current"
NOTE = "この施策は、画面の動きを示すために書かれた架空の例です。実在の計画とは関係がありません。"
INITIATIVES = (
    (
        "front_yard",
        "書かない窓口の試行",
        "来庁者が同じ内容を何度も書かずに済む受付の流れを、3つの窓口で試します。",
    ),
    (
        "standardisation",
        "標準準拠システムへの移行準備",
        "対象業務の一覧を作り、移行の順序とデータの点検方法を決めます。",
    ),
    ("eltax", "公金収納のオンライン化", "納付書の種類を整理し、eLTAXで扱うものから順に切り替えます。"),
    (
        "my_number_card",
        "マイナンバーカードの利用場面づくり",
        "カードで使える手続の一覧を公開し、窓口での案内を統一します。",
    ),
    ("security", "情報セキュリティ研修の更新", "事例に基づく研修を年2回行い、終了後に理解度を確かめます。"),
    ("ai_rpa", "会議録作成でのAIの試行", "公開の会議に限って試し、作成時間と修正箇所を記録します。"),
    ("telework", "テレワーク環境の点検", "利用状況を調べ、端末と通信の不足を四半期ごとに見直します。"),
)


def write_plan(state: DemoState) -> None:
    browser = signed_in(state, EDITOR.email)
    page = browser.open(f"/m/{MAEBASHI.code}/plans/")
    if TITLE not in page.main:
        start_plan(browser)
    page = browser.open(edit_address(browser))
    for item, title, body in INITIATIVES:
        if title not in page.main:
            page = add(browser, page, "initiative", items=item, title=title, body=f"{body}\n\n{NOTE}")
    for kind, entries in clauses():
        if entries["title"] not in page.main:
            page = add(browser, page, kind, **entries)
    page = browser.open(page.link("決裁へ進む", path="/submit/"))
    browser.submit(page, page.find_form(button="決裁を依頼する")).says("決裁を依頼しました")


def start_plan(browser: Browser) -> Page:
    page = browser.open(f"/m/{MAEBASHI.code}/plans/new/")
    return browser.submit(page, title=TITLE, edition=EDITION)


def edit_address(browser: Browser) -> str:
    plans = browser.open(f"/m/{MAEBASHI.code}/plans/")
    return f"{plans.link(TITLE)}edit/"


def add(browser: Browser, page: Page, kind: str, **entries: str) -> Page:
    """One clause by its form; answers with the editor's overview."""
    form = browser.open(page.link(path=f"/clauses/new/{kind}/"))
    return browser.submit(form, form.find_form("seen", "clause_id"), expect=200, **entries)


def clauses() -> Iterator[tuple[str, dict[str, str]]]:
    """What the demo's plan has besides initiatives; all figures are invented."""
    yield (
        "priority",
        {"title": "窓口と行政手続", "rank": "1", "share": "100", "why": NOTE},
    )
    yield (
        "kpi",
        {"title": "書かない窓口で受け付けた割合", "measure": "%", "baseline": "5", "direction": "up"},
    )
    yield (
        "risk",
        {"title": "窓口の混雑時に試行が止まる", "likelihood": "2", "impact": "2", "response": NOTE},
    )


def publish_plan(state: DemoState) -> None:
    browser = signed_in(state, APPROVER.email)
    page = browser.open(f"/m/{MAEBASHI.code}/")
    page = browser.open(page.link(TITLE, path="/review/"))
    form = page.find_form("visibility", "lock_version")
    browser.submit(page, form, do="publish", visibility="consortium").says("公表しました")


def gather_cases(state: DemoState) -> None:
    """Published facts of five cities as plan files, each with its source; the editor reads them in,
    the approver decides on them. Where fiscal years and skill roles are not published, they are ours.
    """
    editor, approver = signed_in(state, EDITOR.email), signed_in(state, APPROVER.email)
    for path in CASES:
        title = json.loads(path.read_text(encoding="utf-8"))["title"]
        if title in editor.open(f"/m/{MAEBASHI.code}/library/", q=title).main:
            continue
        page = editor.open(f"/m/{MAEBASHI.code}/plans/import/")
        form = page.find_form("file")
        page = editor.upload(page, form, "file", path.name, path.read_bytes()).says(title)
        page = editor.submit(page, page.find_form("lock_version")).says("計画を取り込みました")
        page = editor.open(page.link("決裁へ進む", path="/submit/"))
        editor.submit(page, page.find_form(button="決裁を依頼する")).says("決裁を依頼しました")
        page = approver.open(f"/m/{MAEBASHI.code}/")
        page = approver.open(page.link(title, path="/review/"))
        form = page.find_form("visibility", "lock_version")
        approver.submit(page, form, do="publish", visibility="consortium").says("公表しました")


def adopt_plan(state: DemoState) -> None:
    """Found by a search in the library, looked at, adopted; the copy says where it comes from."""
    browser = signed_in(state, TAKASAKI_EDITOR.email)
    page = browser.open(f"/m/{TAKASAKI.code}/library/")
    page = browser.submit(page, page.find_form("q", "item"), q="前橋市DX")
    page = browser.open(page.link(TITLE))
    for _item, title, _body in INITIATIVES:
        page.says(title)
    page = browser.open(page.link("この計画を採用する"))
    page = browser.submit(page, page.find_form("title", "year_from"), title=COPY).says("送信する前に")
    page = browser.submit(page, page.find_form("once")).says("計画を採用しました")
    plan = browser.open(page.link("計画を見る", path="/plans/"))
    plan.says(COPY).says("前橋市 第1版 から採用")
    if not urlsplit(plan.url).path.startswith(f"/m/{TAKASAKI.code}/"):
        raise StepError(f"The copy stands at {plan.url}")


STEPS = [
    Step("計画の起案 Maebashi's editor writes a plan", write_plan),
    Step("計画の公表 its approver publishes it", publish_plan),
    Step("事例の共有 Maebashi reads in five cities' published cases", gather_cases),
    Step("計画の横展開 Takasaki adopts it", adopt_plan),
]
