"""Files as people send them: encodings, headings, merged cells, Excel's numbers and dates, bombs, rubbish."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.tabular import limits, parsers, workbook
from consortium.tabular.columns import Column, MyNumberFound, Table, read_table
from consortium.tabular.grid import Reading, read_grid
from consortium.tabular.limits import UnreadableFile

COLUMNS = (
    Column("code", "団体コード", parsers.municipality_code, aliases=("コード",)),
    Column("day", "開始日", parsers.day, required=False),
    Column("count", "件数", parsers.decimal),
)


def xlsx(
    *rows: list[Any], formats: dict[str, str] | None = None, merged: str = "", sheet: str = "表"
) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for cell, number_format in (formats or {}).items():
        page[cell].number_format = number_format
    if merged:
        page.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, **how: str) -> Table:
    return read_table(read_grid(data, Reading(**how)).rows, COLUMNS)


def refused(data: bytes, **how: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(data, **how)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv(encoding: str, delimiter: str) -> None:
    lines = ["団体コード,開始日,件数", "102016,令和8年4月1日,１２"]
    table = read("\r\n".join(lines).replace(",", delimiter).encode(encoding))
    assert table.rows[0].values == {"code": "102016", "day": date(2026, 4, 1), "count": 12}
    assert (table.problems, table.total, table.rows[0].number) == ([], 1, 2)


@pytest.mark.parametrize(
    "headings",
    [
        "Code,Day,COUNT",
        "団体 コード※,開始日(西暦),件数（件）",
        "ｺｰﾄﾞ,開始日,【件数】".replace("【", "").replace("】", ""),
    ],
)
def test_headings_are_understood(headings: str) -> None:
    assert len(read(f"{headings}\n102016,,1".encode()).rows) == 1


def test_headings_below_a_title_and_over_two_rows() -> None:
    data = xlsx(
        ["導入状況調査", None, None],
        [],
        ["団体コード", "期間", None],
        [None, "開始日", "件数"],
        ["102016", date(2026, 4, 1), 5],
        merged="B3:C3",
    )
    table = read(data)
    assert table.rows[0].values == {"code": "102016", "day": date(2026, 4, 1), "count": 5}
    assert table.rows[0].number == 5


def test_what_the_headings_lack() -> None:
    assert "件数" in refused("団体コード\n102016".encode())
    assert "団体コード" in refused("団体コード,コード,件数\n1,2,3".encode())
    assert read("団体コード,件数,備考\n102016,1,x".encode()).ignored == ["備考"]


def test_every_fault_is_told_with_its_place() -> None:
    text = "団体コード,開始日,件数\n102017,2026-02-30,x\n\n,,3\n102016,,#N/A\n102024,,1\x01"
    table = read(text.encode())
    assert table.rows == []
    assert table.total == 4
    assert [(one.row, one.column, one.value) for one in table.problems] == [
        (2, "団体コード", "102017"),
        (2, "開始日", "2026-02-30"),
        (2, "件数", "x"),
        (4, "団体コード", ""),
        (5, "件数", "#N/A"),
        (6, "件数", "1\x01"),
    ]
    assert "2026/4/1" in table.problems[1].message


def test_defused_cells_come_back() -> None:
    column = Column("name", "名称")
    (row,) = read_table([["名称"], ["'=1+1"]], [column]).rows
    assert row.values["name"] == "=1+1"


def test_a_my_number_anywhere_refuses_the_file() -> None:
    with pytest.raises(MyNumberFound, match="3"):
        read("団体コード,件数,備考\n102016,1,\n102024,1,1234-5678-9018".encode())


def test_numbers_as_the_sheet_shows_them() -> None:
    row = [10006, 0.5, 0.1 + 0.2, 1e21, True, datetime(2026, 4, 1, 9, 30), date(2026, 4, 1), 3.0]
    data = xlsx(row, formats={"A1": "000000", "B1": "0.0%"})
    (texts,), name, names = workbook.read(data)
    assert texts == [
        "010006", "50%", "0.3", "1000000000000000000000", "TRUE", "2026-04-01 09:30:00", "2026-04-01", "3",
    ]  # fmt: skip
    assert (name, names) == ("表", ("表",))


def test_codes_that_lost_their_zero() -> None:
    assert read(xlsx(["団体コード", "件数"], [11002, 1])).rows[0].values["code"] == "011002"


def test_sheets_are_chosen_and_hidden_ones_left_out() -> None:
    book = openpyxl.Workbook()
    book.active.title = "説明"
    book.create_sheet("表").append(["団体コード", "件数"])
    book.create_sheet("裏").sheet_state = "hidden"
    book["表"].append(["102016", 1])
    out = io.BytesIO()
    book.save(out)
    grid = read_grid(out.getvalue(), Reading(sheet="表"))
    assert (grid.sheets, len(read_table(grid.rows, COLUMNS).rows)) == (("説明", "表"), 1)
    assert read_grid(out.getvalue(), Reading(sheet="裏")).how.sheet == "説明"


def test_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (workbook, __import__("consortium.tabular.grid", fromlist=["grid"])):
        monkeypatch.setattr(module, "MAX_ROWS", 3)
        monkeypatch.setattr(module, "MAX_COLUMNS", 2)
    assert "行が多すぎます" in refused(b"a\nb\nc\nd")
    assert "列が多すぎます" in refused(b"a,b,c")
    assert "行が多すぎます" in refused(xlsx(["a"], ["b"], ["c"], ["d"]))
    assert "列が多すぎます" in refused(xlsx(["a", "b", "c"]))
    assert "引用符" in refused(f'"{"x" * (limits.MAX_CELL + 1)}"'.encode())
    assert "大きすぎます" in refused(b"a" * (limits.MAX_BYTES + 1))


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = packed("xl/workbook.xml", b"\0" * (limits.MAX_UNPACKED + 1))
    assert len(bomb) < 100_000
    assert "中身が大きすぎます" in refused(bomb)


def test_entities_do_not_expand() -> None:
    """Billion laughs in a part of a workbook."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><worksheet>&l11;</worksheet>'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["団体コード", "件数"], ["102016", 1]))) as source,
        zipfile.ZipFile(out, "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, laughs if name == "xl/worksheets/sheet1.xml" else source.read(name))
    assert "Excelファイルとして読めません" in refused(out.getvalue())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空です"),
        (b" \r\n", "空です"),
        (b"\xd0\xcf\x11\xe0old", ".xlsx"),
        (b"PK\x03\x04rubbish", "Excelファイルとして読めません"),
        (packed("a.txt", b"a"), "Excelファイルとして読めません"),
        (b"\x80\xa0\xfd", "文字コード"),
        ('団体コード,"件数\n1,2'.encode(), "引用符"),
    ],
)
def test_what_is_no_table(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_a_wrong_encoding_is_refused() -> None:
    assert "別の文字コード" in refused("団体コード,件数".encode("cp932"), encoding="utf-8-sig")
    assert "判別できません" in refused(b"a,b", encoding="latin-1")


SHEET = xlsx(["団体コード", "開始日", "件数"], ["102016", date(2026, 4, 1), 5])


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8-sig", "cp932", "utf-16", "x"]))
def test_any_bytes_are_read_or_refused(data: bytes, encoding: str) -> None:
    with suppress(UnreadableFile):
        read(data, encoding=encoding)


@given(st.integers(0, len(SHEET) - 1), st.binary(min_size=1, max_size=20))
def test_any_broken_workbook_is_read_or_refused(at: int, patch: bytes) -> None:
    with suppress(UnreadableFile):
        read(SHEET[:at] + patch + SHEET[at + len(patch) :])


@given(st.sampled_from(zipfile.ZipFile(io.BytesIO(SHEET)).namelist()), st.data())
def test_any_broken_part_is_read_or_refused(name: str, data: st.DataObject) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHEET)) as source, zipfile.ZipFile(out, "w") as target:
        for each in source.namelist():
            content = source.read(each)
            if each == name:
                at = data.draw(st.integers(0, len(content)))
                content = content[:at] + data.draw(st.binary(max_size=8)) + content[at + 3 :]
            target.writestr(each, content)
    with suppress(UnreadableFile):
        read(out.getvalue())
