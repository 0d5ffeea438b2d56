"""Figures from a file: nothing is written before it is confirmed, then all of it or nothing, once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.reporting import actions, imports
from consortium.reporting.imports import FigureImporter
from consortium.reporting.models import Indicator, Observation
from consortium.tabular import actions as tabular_actions
from consortium.tabular.grid import Reading, read_grid
from consortium.tabular.models import TenantImport
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db
START = "/m/102016/figures/import/"
GOOD = "指標,年度,値,出典\n人口,令和7年度,１２３４,住民基本台帳\ndx_budget,2025,調査対象外,\n"
BAD = GOOD + "人口,R7,5,\n知らない指標,2025,1,\n人口,1990,-1,\n"


@pytest.fixture
def editor(
    maebashi: Municipality,
    indicators: dict[str, Indicator],
    staff: Callable[..., User],
    client_for: Callable[[User], Client],
) -> Client:
    return client_for(staff(maebashi, "editor"))


def upload(client: Client, data: str | bytes, name: str = "figures.csv") -> str:
    body = data.encode() if isinstance(data, str) else data
    response = client.post(START, {"file": SimpleUploadedFile(name, body)})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def figures(municipality: Municipality) -> dict[tuple[str, int], Any]:
    with context.tenant(municipality.pk):
        rows = Observation.objects.select_related("indicator")
        return {(one.indicator.key, one.fiscal_year): one.value for one in rows}


def test_a_file_is_previewed_then_applied_once(editor: Client, maebashi: Municipality) -> None:
    step = upload(editor, GOOD)
    shown = editor.get(step).content.decode()
    assert "誤りはありません" in shown
    assert "1234" in shown
    assert figures(maebashi) == {}
    confirmed = editor.post(step, {"encoding": "utf-8-sig", "delimiter": ","})
    assert confirmed["Location"] == "/m/102016/figures/"
    assert figures(maebashi) == {("population", 2025): 1234, ("dx_budget", 2025): None}
    again = editor.post(step)
    assert (again.status_code, again["Location"]) == (302, "/m/102016/figures/")
    with context.tenant(maebashi.pk):
        assert TenantImport.objects.count() == 1
        events = list(Event.objects.values_list("action", flat=True).order_by("id"))
    assert events.count("table.imported") == events.count("observation.recorded") == 1


def test_the_same_file_again_needs_a_second_word(editor: Client, maebashi: Municipality) -> None:
    editor.post(upload(editor, GOOD))
    step = upload(editor, GOOD)
    assert "取り込み済み" in editor.get(step).content.decode()
    assert editor.post(step).status_code == 422
    assert editor.post(step, {"again": "on"}).status_code == 302
    with context.tenant(maebashi.pk):
        assert TenantImport.objects.count() == 2


def test_faults_are_told_and_nothing_is_imported(editor: Client, maebashi: Municipality) -> None:
    step = upload(editor, BAD)
    shown = editor.get(step).content.decode()
    assert "3行に誤りがあります" in shown
    assert "知らない指標" in shown
    assert editor.post(step).status_code == 422
    assert figures(maebashi) == {}
    told = read_grid(editor.get(f"{step}problems/").content, Reading()).rows
    assert told[0] == ["行", "列", "値", "誤り"]
    assert [(row[0], row[1]) for row in told[1:]] == [
        ("4", "指標"),
        ("5", "指標"),
        ("6", "年度"),
        ("6", "値"),
    ]


def test_half_an_import_is_none(
    editor: Client, maebashi: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError("no audit row")

    step = upload(editor, GOOD)
    for module in (tabular_actions, actions):
        with monkeypatch.context() as patched, pytest.raises(RuntimeError):
            patched.setattr(module, "record", fail)
            editor.post(step)
        assert figures(maebashi) == {}
        with context.tenant(maebashi.pk):
            assert not TenantImport.objects.exists()
    assert editor.post(step).status_code == 302


def test_encodings_and_unreadable_files(editor: Client) -> None:
    step = upload(editor, GOOD.encode("cp932"))
    assert "Shift_JIS" in editor.get(step).content.decode()
    wrong = editor.get(step, {"encoding": "utf-8-sig"}).content.decode()
    assert "別の文字コードを選んでください" in wrong
    assert editor.post(step, {"encoding": "utf-8-sig"}).status_code == 422
    assert editor.get(f"{step}problems/?encoding=utf-8-sig").status_code == 302
    rubbish = upload(editor, b"PK\x03\x04", "x.xlsx")
    assert "Excelファイルとして読めません" in editor.get(rubbish).content.decode()


def test_the_file_is_kept_encrypted_for_its_owner_alone(
    editor: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    staff: Callable[..., User],
    client_for: Callable[[User], Client],
) -> None:
    step = upload(editor, GOOD)
    kept = [cache.get(key.split(":", 2)[2]) for key in _keys()]
    assert kept
    assert not any("住民基本台帳".encode() in token for token in kept)
    colleague = client_for(staff(maebashi, "editor"))
    other = client_for(staff(takasaki, "editor"))
    for client, place in ((colleague, step), (other, step.replace("102016", "102024"))):
        assert client.get(place).status_code == 302
        assert client.post(place).status_code == 302
    assert other.get(step).status_code == 404
    cache.clear()
    assert editor.get(step)["Location"] == START
    assert figures(maebashi) == {}


def _keys() -> list[str]:
    client = cache._cache.get_client()  # type: ignore[attr-defined]  # the keys themselves are under test
    return [key.decode() for key in client.keys("*import:reporting*")]


def test_a_my_number_is_not_kept(editor: Client) -> None:
    step = upload(editor, GOOD + "人口,2024,1,1234-5678-9018\n")
    assert "個人番号" in editor.get(step).content.decode()
    assert editor.get(step)["Location"] == START


def test_the_form_can_be_sent_back(editor: Client, maebashi: Municipality) -> None:
    editor.post(upload(editor, GOOD))
    grid = read_grid(editor.get(f"{START}form/").content, Reading()).rows
    assert grid[0] == ["指標", "年度", "値", "出典"]
    filled = [row for row in grid[1:] if len(row) > 2]
    text = "\n".join(",".join(row) for row in [grid[0], *filled])
    assert "変更なし" in editor.get(upload(editor, text)).content.decode()
    with context.tenant(maebashi.pk):
        importer = FigureImporter(None)  # type: ignore[arg-type]  # only asked what it has
        assert {tuple(row[2:]) for row in importer.sample()} >= {(1234, "住民基本台帳"), ("調査対象外", "")}


def test_who_may_not(
    maebashi: Municipality, client: Client, staff: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    step = f"{START}{uuid4()}/"
    assert client.get(step).status_code == 302
    approver = client_for(staff(maebashi, "approver"))
    assert {approver.get(START).status_code, approver.post(step).status_code} == {403}
    assert imports.FigureImporter.permission == "reporting.record"


def test_text_that_is_called_a_workbook_is_a_broken_workbook(editor: Client) -> None:
    """No encoding is at fault, so none is asked for."""
    shown = editor.get(upload(editor, GOOD, "figures.XLSX")).content.decode()
    assert "Excelのファイルとして開けません" in shown
    assert "文字コード" not in shown
    assert "文字コード" in editor.get(upload(editor, "x,y\n1,2\n", "figures.csv")).content.decode()
