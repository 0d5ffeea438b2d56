"""Reads one sheet of an Excel workbook (.xlsx) as texts, the way the sheet shows them."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, Final

import openpyxl
from django.utils.translation import gettext as _

from .limits import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_ROWS,
    MAX_UNPACKED,
    UnreadableFile,
    too_many_columns,
    too_many_rows,
)

_PADDED: Final = re.compile(r"0+")
_PERCENT: Final = re.compile(r"%\s*$")
_DIGITS: Final = ".15g"
"""What Excel itself keeps of a number."""


def read(data: bytes, sheet: str = "") -> tuple[list[list[str]], str, tuple[str, ...]]:
    """Rows of the named sheet, or of the first visible one; its name; all visible sheets' names.

    Raises UnreadableFile and nothing else.
    """
    every = _open(data)
    names = tuple(one.title for one in every)
    chosen = sheet if sheet in names else names[0]
    return _read(every[names.index(chosen)]), chosen, names


def read_all(data: bytes) -> dict[str, list[list[str]]]:
    """Every visible sheet's rows, by its name. Raises UnreadableFile and nothing else."""
    return {sheet.title: _read(sheet) for sheet in _open(data)}


def _open(data: bytes) -> list[Any]:
    """The visible sheets, at least one."""
    refuse_bomb(io.BytesIO(data))
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = [one for one in book.worksheets if one.sheet_state == "visible"]
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
        raise broken() from error
    if not found:
        raise UnreadableFile(_("表のあるシートがありません。シートを表示にして保存し直してください。"))
    return found


def _read(sheet: Any) -> list[list[str]]:
    try:
        return _rows(sheet)
    except UnreadableFile:
        raise
    except Exception as error:  # as above
        raise broken() from error


def broken() -> UnreadableFile:
    return UnreadableFile(
        _("Excelファイルとして読めません。Excelで開いて、.xlsx形式で保存し直してください。")
    )


def refuse_bomb(file: IO[bytes], most: int = MAX_UNPACKED) -> None:
    """The sizes that a zip declares are also the most that is read of its parts. Raises UnreadableFile."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise broken() from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > most:
        raise UnreadableFile(
            _("Excelファイルの中身が大きすぎます。使わないシート、図、書式を削除して保存し直してください。")
        )


def _rows(sheet: Any) -> list[list[str]]:
    """Physical rows, so that the numbers are the sheet's; empty cells at the end of a row and empty rows at
    the end of the sheet are left out."""
    sheet.reset_dimensions()  # a declared size may be wrong
    rows: list[list[str]] = []
    filled = cells = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        texts = [text_of(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        cells += len(texts)
        filled = number if texts else filled
        if filled > MAX_ROWS or number > 10 * MAX_ROWS or cells > MAX_CELLS:
            raise too_many_rows()
        if len(texts) > MAX_COLUMNS:
            raise too_many_columns()
        rows.append(texts)
    return rows[:filled]


def text_of(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_CELL]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return _moment(value)


def _number(value: float, number_format: str) -> str:
    """Codes shown with leading zeros keep them; percentages are shown as such."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(format(value, _DIGITS))
    if _PERCENT.search(number_format):
        return f"{_plain(exact * 100)}%"
    text = _plain(exact)
    return text.zfill(len(number_format)) if _PADDED.fullmatch(number_format) else text


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        midnight = value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)
