"""The secretariat's reports and a municipality's figures, page by page."""

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.reporting import exports
from consortium.reporting.models import Indicator, Observation, ReportRun
from consortium.reporting.tasks import run_report
from consortium.tabular.writer import Form, as_file
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING

from .conftest import YEAR, asked, stored

pytestmark = pytest.mark.django_db
NEW = "/secretariat/reports/new/"
CHOICE = {"template": "across_members", "indicator": "identity.residents", "fiscal_year": YEAR}


@pytest.fixture
def office(secretary: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(secretary)


@pytest.fixture
def done(members: list[Municipality], indicators: dict[str, Indicator]) -> ReportRun:
    run = asked(indicators["identity.residents"])
    run_report.apply(kwargs={"job_id": str(run.job_id)}, headers=HOUSEKEEPING, throw=True)
    return stored(run)


def page(client: Client, path: str, **query: Any) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def test_choose_preview_start(office: Client, members: list[Municipality]) -> None:
    assert "対象を確かめる" in page(office, NEW)
    preview = page(office, NEW, **CHOICE)
    assert "報告していない団体があります" in preview
    assert "太田市" in preview
    answer = office.post(NEW, CHOICE)
    assert answer.status_code == 302
    waiting = page(office, answer["Location"])
    assert "順番を待っています" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert "待機中" in page(office, "/secretariat/reports/")


def test_an_impossible_choice_is_refused(office: Client, members: list[Municipality]) -> None:
    assert office.post(NEW, CHOICE | {"indicator": "x"}).status_code == 422
    with context.secretariat():
        assert not ReportRun.objects.exists()


def test_progress_ends_with_a_reload(
    office: Client, done: ReportRun, indicators: dict[str, Indicator]
) -> None:
    waiting = asked(indicators["dx_budget"])
    assert "HX-Refresh" not in office.get(f"/secretariat/reports/{waiting.pk}/progress/").headers
    assert office.get(f"/secretariat/reports/{done.pk}/progress/")["HX-Refresh"] == "true"


def test_result_page_shows_no_secret(office: Client, done: ReportRun) -> None:
    shown = page(office, f"/secretariat/reports/{done.pk}/")
    assert "秘匿" in shown
    assert "2,048" in shown
    assert 'data-label="値">45<' not in shown
    chart = office.get(f"/secretariat/reports/{done.pk}/chart.svg")
    assert chart["Content-Type"] == "image/svg+xml"


def test_before_the_end_there_is_nothing_to_take_along(
    office: Client, indicators: dict[str, Indicator]
) -> None:
    run = asked(indicators["dx_budget"])
    for name in ("chart.svg", "table.csv", "table.xlsx"):
        assert office.get(f"/secretariat/reports/{run.pk}/{name}").status_code == 404


def test_csv(office: Client, done: ReportRun) -> None:
    response = office.get(f"/secretariat/reports/{done.pk}/table.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1][:4] == ["団体", "102016", "前橋市", "群馬県"]
    assert rows[2][5:7] == ["", "秘匿"]
    assert office.get(f"/secretariat/reports/{done.pk}/table.csv?form=csv_cp932").content.decode("cp932")
    with context.secretariat():
        assert Event.objects.filter(action="report.downloaded").count() == 2


def test_characters_that_cp932_lacks_are_told(office: Client, done: ReportRun) -> None:
    with context.report():
        result = stored_result(done)
        result["rows"][0]["name"] = "前𠮷市"
        ReportRun.objects.filter(pk=done.pk).update(result=result)
    response = office.get(f"/secretariat/reports/{done.pk}/table.csv?form=csv_cp932")
    assert response.status_code == 422
    assert "U+20BB7" in response.content.decode()


def stored_result(run: ReportRun) -> dict[str, Any]:
    return dict(run.result or {})


def test_workbook(office: Client, done: ReportRun) -> None:
    with context.report():
        ReportRun.objects.filter(pk=done.pk).update(fictional=True)
    response = office.get(f"/secretariat/reports/{done.pk}/table.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["集計", "定義"]
    assert book["集計"]["A1"].value == "架空のデモデータ"
    assert (book["集計"]["B3"].value, book["集計"]["F3"].value) == ("102016", 1200)
    assert "架空のデモデータ" in {row[1].value for row in book["定義"].rows}


def test_formulas_are_defused(done: ReportRun) -> None:
    run = done
    run.result = stored_result(run)
    run.result["rows"][0]["name"] = "=1+1"
    assert b",'=1+1," in as_file(Form.CSV, *exports.sheets(run))
    book = openpyxl.load_workbook(io.BytesIO(as_file(Form.XLSX, *exports.sheets(run))))
    assert book["集計"]["C2"].data_type == "s"


def test_staff_report_a_figure(
    maebashi: Municipality,
    indicators: dict[str, Indicator],
    staff: Callable[..., User],
    client_for: Callable[[User], Client],
) -> None:
    editor = client_for(staff(maebashi, "editor"))
    path, figure = "/m/102016/figures/", {"indicator": "dx_budget", "fiscal_year": YEAR, "value": "5000"}
    assert "実績値はまだありません" in page(editor, path)
    assert editor.post(path, figure | {"not_surveyed": "on"}).status_code == 422
    assert editor.post(path, figure | {"value": ""}).status_code == 422
    assert editor.post(path, figure | {"source": "1234 5678 9018"}).status_code == 422
    assert editor.post(path, figure).status_code == 302
    assert "5,000" in page(editor, path)
    with context.tenant(maebashi.pk):
        assert Observation.objects.count() == 1


@pytest.mark.parametrize("role", ["editor", "approver"])
def test_reports_are_not_for_municipalities(
    maebashi: Municipality, staff: Callable[..., User], client_for: Callable[[User], Client], role: str
) -> None:
    assert client_for(staff(maebashi, role)).get(NEW).status_code == 404
