"""Chapter 4: members report figures, the secretariat runs reports over all of them."""

import csv
import io
import time
import zipfile
from datetime import date
from functools import partial
from xml.etree import ElementTree

from consortium.domain.calendar import FiscalYear
from deploy.demo.facts import CENSUS_SOURCE, CENSUS_YEAR, MAEBASHI, MEMBERS, Member
from deploy.demo.state import DemoState, Step, StepError

from .browser import Browser, Page
from .founding import secretary
from .people import join
from .residents import HANAKO, TARO
from .staffing import administrator

POPULATION, REGISTERED = "population", "identity.residents"
CREATED = 201
CODE_LENGTH = 6
PATIENCE = 60.0
SECRET = "秘匿"  # what stands in the place of a suppressed value
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def this_year() -> int:
    return FiscalYear.of(date.today()).year


def report_figures(state: DemoState) -> None:
    """Each administrator: the census, and how many residents have registered (in this demo)."""
    for number, member in enumerate(MEMBERS, 1):
        state.tell(f"{number}/{len(MEMBERS)} {member.name}")
        state.once(f"figures {member.code}", partial(report_of, state, member))


def report_of(state: DemoState, member: Member) -> None:
    browser = join(state, administrator(member))
    registered = len((HANAKO, TARO)) if member == MAEBASHI else 0
    for indicator, year, value, source, fictional in (
        (POPULATION, CENSUS_YEAR, member.population, CENSUS_SOURCE, False),
        (REGISTERED, this_year(), registered, "このデモでの登録者数(架空)", True),
    ):
        body = {
            "indicator": indicator,
            "fiscal_year": year,
            "value": value,
            "source": source,
            "fictional": fictional,
        }
        browser.fetch("POST", f"/api/v1/m/{member.code}/observations/", body, expect=CREATED)


def census_report(state: DemoState) -> None:
    browser = secretary(state)
    page = finished(state, browser, start(browser, POPULATION, CENSUS_YEAR))
    check_census(table_of(browser, page, fictional=False))
    check_workbook(browser.open(page.link(path="/table.xlsx")).content)
    chart = browser.open(f"{page.url}chart.svg")
    if "<svg" not in chart.text:
        raise StepError(f"{chart} is no chart")


def registration_report(state: DemoState) -> None:
    browser = secretary(state)
    page = finished(state, browser, start(browser, REGISTERED, this_year()))
    page.says(SECRET)
    row = next(row for row in table_of(browser, page, fictional=True) if row[1] == MAEBASHI.code)
    if row[5] or not row[6]:
        raise StepError(f"A count below the threshold is not suppressed: {row}")


def start(browser: Browser, indicator: str, year: int) -> Page:
    """Chooses, looks at whom it would cover, starts."""
    page = browser.open("/secretariat/reports/new/")
    page = browser.submit(page, indicator=indicator, fiscal_year=str(year))
    page.says("集計の対象")
    return browser.submit(page, page.find_form("once", "indicator"))


def finished(state: DemoState, browser: Browser, page: Page) -> Page:
    """Watches the progress as the page's script does, then opens the result."""
    deadline = time.monotonic() + PATIENCE
    while "hx-refresh" not in (answer := browser.open(f"{page.url}progress/")).headers:
        state.tell(answer.node.text)
        if time.monotonic() > deadline:
            raise StepError(f"The report is not done after {PATIENCE:.0f} s: {answer.node.text}")
        time.sleep(0.2)
    page = browser.open(page.url)
    if "集計できませんでした" in page.main:
        raise StepError(f"The report failed: {page.main[:300]}")
    return page


def table_of(browser: Browser, page: Page, *, fictional: bool) -> list[list[str]]:
    """The lines of the CSV below its heading: kind, code, name, prefecture, band, value, mark; and a note
    where figures are invented."""
    text = browser.open(page.link(path="/table.csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    if not rows or any(row[7:] != ["架空のデモデータ"] * fictional for row in rows):
        raise StepError(f"The CSV's mark as fictional should be {fictional}: {rows[:3]}")
    return rows


def check_census(rows: list[list[str]]) -> None:
    found = {row[1]: row[5] for row in rows if len(row[1]) == CODE_LENGTH}
    wanted = {member.code: str(member.population) for member in MEMBERS}
    if {code: _whole(value) for code, value in found.items()} != wanted:
        raise StepError(f"The CSV holds {found}, expected {wanted}")
    total = str(sum(member.population for member in MEMBERS))
    if total not in {_whole(row[5]) for row in rows if not row[1]}:
        raise StepError(f"The CSV holds no total of {total}")


def _whole(value: str) -> str:
    return value.partition(".")[0]


def check_workbook(content: bytes) -> None:
    """Its first sheet holds the 24 figures as numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  # made by our own portal
    cells = [cell for cell in sheet.iter(f"{SHEET}c") if cell.get("t") != "s"]
    numbers = {float(value.text or 0) for cell in cells for value in cell.iter(f"{SHEET}v")}
    missing = [member.name for member in MEMBERS if member.population not in numbers]
    if missing:
        raise StepError(f"The workbook lacks the figures of {missing}")


def verify_audit(state: DemoState) -> None:
    """What an operator does from time to time; it fails on a record that was tampered with."""
    state.manage("worker", "verify_audit")


STEPS = [
    Step("実績値の報告 24 municipalities report figures", report_figures),
    Step("横断集計 a report over all members", census_report),
    Step("小さい数の秘匿 a report with suppressed counts", registration_report),
    Step("操作記録の検証 the audit log is verified", verify_audit),
]
