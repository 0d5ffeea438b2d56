"""A file as a grid of texts, whatever its format and encoding; what is no such file is refused in words."""

from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from consortium.domain import csv_text
from consortium.domain.csv_text import Fault, NotCsv

from . import workbook
from .limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    UnreadableFile,
    check_size,
    too_many_columns,
    too_many_rows,
)

_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; what is empty is guessed."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Grid:
    """rows: texts of the cells; rows[0] is row 1 of the file. how: the reading that was used.

    sheets: names of a workbook's visible sheets, empty for CSV.
    """

    rows: list[list[str]]
    how: Reading
    sheets: tuple[str, ...] = ()

    @property
    def is_workbook(self) -> bool:
        return bool(self.sheets)


def read_grid(data: bytes, how: Reading, *, name: str = "") -> Grid:
    """Raises UnreadableFile, whose message says what to do; nothing else, whatever the bytes are.

    name: of the file. The bytes decide, but text that is called a workbook is a broken one.
    """
    check_size(len(data))
    if not data.strip():
        raise UnreadableFile(_("ファイルが空です。内容のあるファイルを選んでください。"))
    if data.startswith(_OLE):
        raise UnreadableFile(
            _("パスワード付きのファイルと古いExcel形式(.xls)は読めません。.xlsx形式で保存し直してください。")
        )
    if is_workbook(name) and not data.startswith(_ZIP):
        message = _(
            "Excelのファイルとして開けません。Excelで開けるかを確かめ、.xlsx形式で保存し直してください。"
        )
        raise UnreadableFile(message)
    if data.startswith(_ZIP):
        rows, sheet, sheets = workbook.read(data, how.sheet)
        return Grid(rows, Reading(sheet=sheet), sheets)
    return _csv_grid(data, how)


def is_workbook(name: str) -> bool:
    """Whether a file is called one of Excel's: then no encoding can be at fault."""
    return name.lower().endswith((".xlsx", ".xlsm"))


def _csv_grid(data: bytes, how: Reading) -> Grid:
    encoding = how.encoding or csv_text.guess_encoding(data)
    if encoding not in csv_text.ENCODINGS:
        raise UnreadableFile(
            _("文字コードを判別できません。UTF-8のCSVか、Excel形式(.xlsx)で保存し直してください。")
        )
    try:
        text = csv_text.decode(data, encoding)
        delimiter = how.delimiter or csv_text.guess_delimiter(text)
        rows = _within_limits(text.removeprefix("\ufeff"), delimiter)
    except NotCsv as problem:
        raise UnreadableFile(_explained(problem)) from problem
    return Grid(rows, replace(how, encoding=encoding, delimiter=delimiter, sheet=""))


def _within_limits(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for record in csv_text.parse(text, delimiter):
        if len(rows) >= MAX_ROWS:
            raise too_many_rows()
        if len(record) > MAX_COLUMNS:
            raise too_many_columns()
        if any(len(cell) > MAX_CELL for cell in record):
            raise NotCsv(Fault.LONG_CELL, len(rows) + 1)
        rows.append(record)
    return rows


def _explained(problem: NotCsv) -> str:
    if problem.fault is Fault.ENCODING:
        return _("この文字コードでは読めません。別の文字コードを選んでください。")
    if problem.fault is Fault.LONG_CELL:
        message = _('%(row)s行目に長すぎるセルがあります。引用符(")が閉じているかを確かめてください。')
    else:
        message = _('%(row)s行目の引用符(")が正しくありません。引用符で始まるセルは引用符で閉じてください。')
    return message % {"row": problem.record}
