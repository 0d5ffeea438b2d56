"""Files as we give them: read back by our own reader and by openpyxl."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.tabular.columns import Column, read_table
from consortium.tabular.grid import Reading, read_grid
from consortium.tabular.writer import Form, Sheet, Unencodable, as_file

cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], max_codepoint=0xFFFD), max_size=12)
lists = st.lists(st.tuples(cells, cells), min_size=1, max_size=5)


@given(lists, st.sampled_from(Form))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]], form: Form) -> None:
    sheet = Sheet("一覧", ["名称", "備考"], [("x", "y"), *rows], fictional=False)
    try:
        data = as_file(form, sheet)
    except Unencodable as problem:
        assert form is Form.CSV_CP932
        assert {one.row for one in problem.missing} <= set(range(3, len(rows) + 3))
        return
    how = {Form.CSV: "utf-8-sig", Form.CSV_CP932: "cp932", Form.XLSX: ""}[form]
    grid = read_grid(data, Reading(encoding=how, delimiter=","))
    columns = [Column(name, name, str, required=False, fallback="") for name in ("名称", "備考")]
    read = [(row.values["名称"], row.values["備考"]) for row in read_table(grid.rows, columns).rows]
    expected = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    assert read == [("x", "y"), *expected]


def test_values() -> None:
    moment = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    row = ("010006", 1200, Decimal("0.50"), date(2026, 4, 1), moment, True, None, "=1+1", "-5")
    headings = [str(n) for n in range(len(row))]
    text = as_file(Form.CSV, Sheet("一覧", headings, [row], fictional=False)).decode("utf-8-sig")
    assert text.splitlines()[1] == "010006,1200,0.50,2026-04-01,2026-04-01 09:30,はい,,'=1+1,'-5"
    book = openpyxl.load_workbook(
        io.BytesIO(as_file(Form.XLSX, Sheet("一覧", headings, [row], fictional=False)))
    )
    values = [cell.value for cell in book["一覧"][2]]
    assert values[:5] == ["010006", 1200, 0.5, datetime(2026, 4, 1), datetime(2026, 4, 1, 9, 30)]
    assert [cell.data_type for cell in book["一覧"][2]][7:] == ["s", "s"]


@pytest.mark.parametrize("form", Form)
def test_fictional_data_say_so(form: Form) -> None:
    grid = read_grid(as_file(form, Sheet("一覧", ["名称"], [["x"]], fictional=True)), Reading())
    assert "架空のデモデータ" in {cell for row in grid.rows for cell in row}
    assert len(read_table(grid.rows, [Column("name", "名称")]).rows) == 1


def test_every_missing_character_is_told_with_its_place() -> None:
    with pytest.raises(Unencodable) as caught:
        as_file(Form.CSV_CP932, Sheet("一覧", ["氏名"], [["前橋"], ["𠮷野〜"]], fictional=False))
    assert [(one.row, one.column, one.code_point) for one in caught.value.missing] == [
        (3, 1, "U+20BB7"),
        (3, 1, "U+301C"),
    ]
