"""A plan as a file and back: nothing is lost, and what is wrong is named by sheet, row and column."""

import io
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.tabular.limits import UnreadableFile
from shared_plans.domain.document import Document, made, row
from shared_plans.domain.kinds import Kind
from shared_plans.domain.plan_file import NotAPlanFile, PlanFile, file_schema, from_text, to_text
from shared_plans.exchange import markdown, reading, workbook

from .documents import KEYS, documents

ITEMS = {key: [f"項目、{key}", f"Item {key}"] for key in KEYS}
JA = {key: names[0] for key, names in ITEMS.items()}
EN = {key: names[1] for key, names in ITEMS.items()}
DOCUMENT = Document(
    (
        made(
            "i1",
            Kind.INITIATIVE,
            {"title": "書かない窓口", "items": ("front_yard",), "body": "=1+1\n_x0041_"},
        ),
        made("i2", Kind.INITIATIVE, {"title": "同じ名前", "milestones": (row("m1", {"title": "試行"}),)}),
        made("i3", Kind.INITIATIVE, {"title": "同じ名前"}),
        made(
            "k1",
            Kind.KPI,
            {"title": "率", "initiative": "i2", "baseline": "123456789012.1234", "direction": "up"},
        ),
        made("b1", Kind.BUDGET, {"title": "構築", "year": 2026, "amount": 12_000_000, "initiative": "i1"}),
        made("b2", Kind.BUDGET, {"title": "運用", "year": 2026, "amount": 1_000_000}),
    )
)


def plan(document: Document = DOCUMENT) -> PlanFile:
    return PlanFile("架空市DX推進計画", "2024", 2026, 2028, document)


def by_kind(document: Document) -> Document:
    """A workbook has a sheet for each kind: between kinds there is no order."""
    return Document(tuple(one for kind in Kind for one in document.of(kind)))


def linked(document: Document) -> Document:
    """References to nothing are refused at reading, hence not written here."""
    present = document.by_id()

    def value(clause: Any) -> dict[str, Any]:
        wanted = {"initiative": Kind.INITIATIVE, "priority": Kind.PRIORITY}
        return {
            key: value
            for key, value in clause.values.items()
            if key not in wanted or (value in present and present[value].kind is wanted[key])
        }

    return Document(tuple(made(one.id, one.kind, value(one)) for one in document.clauses))


@given(documents())
def test_json_gives_back_what_it_was_made_of(document: Document) -> None:
    text = to_text(plan(document))
    assert from_text(text) == plan(document)
    jsonschema.validate(json.loads(text), file_schema("https://consortium.example/plan.json"))


@settings(max_examples=25)
@given(documents(), st.sampled_from(["ja", "en"]), st.sampled_from(["ja", "en"]))
def test_a_workbook_gives_back_what_it_was_made_of(document: Document, written: str, read: str) -> None:
    document = linked(document)
    with translation.override(written):
        data = workbook.write(plan(document), JA if written == "ja" else EN)
    with translation.override(read):
        found = reading.read(data, ITEMS)
    assert found.faults == []
    assert found.plan == plan(by_kind(document))


def test_formulas_twins_and_long_numbers_come_back() -> None:
    found = reading.read(workbook.write(plan(), JA), ITEMS)
    assert found.faults == []
    assert found.plan == plan(by_kind(DOCUMENT))


def test_text_is_no_formula() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.write(plan(), JA)))["施策"]
    assert {cell.data_type for cells in sheet.iter_rows() for cell in cells} <= {"s", "n"}


def changed(change: Callable[[Any], None]) -> reading.Read:
    """What is read of a workbook in which somebody wrote."""
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(plan(), JA)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return reading.read(out.getvalue(), ITEMS)


def put(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


def test_lines_that_people_add_become_clauses() -> None:
    def add(book: Any) -> None:
        sheet = book["施策"]
        sheet.append([None, "新しい施策"])
        milestones = book["施策の節目"]
        milestones.append([None, "新しい施策", "開始", "2026-10-01"])

    found = changed(add)
    assert found.faults == []
    assert found.plan
    (new,) = [one for one in found.plan.content.of(Kind.INITIATIVE) if one.text("title") == "新しい施策"]
    assert new.id not in {"i1", "i2", "i3"}
    assert [one.values for one in new.rows("milestones")] == [{"title": "開始", "due": "2026-10-01"}]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "column", "word"),
    [
        ("予算", "D4", "多め", "年度", "多め"),
        ("予算", "E4", "お菓子代", "費用区分", "お菓子代"),
        ("予算", "C4", "ない施策", "施策", "ない施策"),
        ("施策の節目", "B3", "", "施策", "どの項目"),
        ("予算の合計", "B3", 1, "金額(円)", "13,000,000"),
    ],
)
def test_what_is_wrong_is_named(sheet: str, cell: str, value: object, column: str, word: str) -> None:
    (fault,) = changed(put(sheet, cell, value)).faults
    assert (fault.sheet, fault.row, fault.column) == (sheet, int(cell[1:]), column)
    assert word in fault.message


def test_a_twin_must_be_named_by_its_number() -> None:
    (fault,) = changed(put("指標(KPI)", "C3", "同じ名前")).faults
    assert "同じ名前" in fault.message


def test_a_head_without_years_is_no_plan() -> None:
    found = changed(put("計画", "B5", "来年"))
    assert found.plan is None
    assert len(found.faults) == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100])
def test_a_broken_workbook_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        reading.read(data, ITEMS)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ""),
        ("[]", "format"),
        ("[" * 100_000, ""),
        ('{"format": "other"}', "format"),
        ('{"format": "municipal-dx-plan", "version": 9}', "version"),
        ('{"format": "municipal-dx-plan", "version": 1, "title": NaN}', "NaN"),
        ('{"format": "municipal-dx-plan", "format": "x"}', "format"),
        ('{"format": "municipal-dx-plan", "version": 1, "title": 1}', "title"),
        ('{"format": "municipal-dx-plan", "owner": 1}', "owner"),
    ],
)
def test_json_that_is_no_plan_says_where(text: str, place: str) -> None:
    with pytest.raises(NotAPlanFile) as refused:
        from_text(text)
    assert str(refused.value) == place


def test_markdown_holds_all_and_no_cell_breaks_its_table() -> None:
    lines = markdown.write("計画|名", [("期間", "令和8年度")], [])
    assert lines.splitlines()[0] == r"# 計画\|名"
