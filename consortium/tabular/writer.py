"""Tables as CSV and as workbooks, one way for every export: texts can't become formulas, codes stay text."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import xlsxwriter
from django.conf import settings
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from consortium.domain import csv_text
from consortium.domain.csv_text import Missing
from consortium.domain.text import csv_cell

Value = str | int | Decimal | date | datetime | bool | None


class Form(StrEnum):
    """Formats of a file; the values stand in addresses and in the audit log."""

    CSV = "csv"
    CSV_CP932 = "csv_cp932"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]

    @property
    def suffix(self) -> str:
        return "xlsx" if self is Form.XLSX else "csv"


_CONTENT_TYPES: Final = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.CSV_CP932: "text/csv; charset=windows-31j",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTH: Final = 16
_TEXT_WIDTH: Final = 60


@dataclass(frozen=True)
class Sheet:
    """headings: one per column, empty for a list of names and texts. rows: values as they are.

    fictional: says so in the file: a column of its own in CSV, a line above the headings in a workbook.
    """

    title: StrOrPromise
    headings: Sequence[StrOrPromise]
    rows: Sequence[Sequence[Value]]
    fictional: bool = field(default_factory=lambda: bool(settings.DEMO))


class Unencodable(Exception):
    """CP932 lacks some of the characters."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(f"{len(missing)} cells")
        self.missing = missing


def as_file(form: Form, sheet: Sheet, *more: Sheet) -> bytes:
    """A CSV holds the first sheet alone. Raises Unencodable: nothing is dropped or replaced."""
    return as_workbook(sheet, *more) if form is Form.XLSX else as_csv(sheet, _encoding(form))


def _encoding(form: Form) -> str:
    return csv_text.CP932 if form is Form.CSV_CP932 else csv_text.UTF8


def as_csv(sheet: Sheet, encoding: str = csv_text.UTF8) -> bytes:
    rows = list(_csv_rows(sheet))
    if missing := csv_text.missing(rows, encoding):
        raise Unencodable(missing)
    return csv_text.write(rows, encoding)


def _csv_rows(sheet: Sheet) -> Iterable[list[str]]:
    note = [_("架空のデモデータ")] if sheet.fictional else []
    heading = [csv_cell(str(text)) for text in sheet.headings]
    yield [*heading, _("注記")] if note else heading
    for row in sheet.rows:
        yield [*(as_text(value) for value in row), *note]


def as_text(value: Value) -> str:
    """A value as a cell of a CSV: numbers without separators, ISO dates, local times."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return csv_cell(value) if isinstance(value, str) else str(value)


def _local(moment: datetime) -> datetime:
    return localtime(moment) if is_aware(moment) else moment


def as_workbook(*sheets: Sheet) -> bytes:
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        for sheet in sheets:
            _SheetWriter(book, sheet).write()
    return out.getvalue()


class _SheetWriter:
    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.page = book.add_worksheet(str(sheet.title)[:31])
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.warning = book.add_format({"bold": True, "font_color": "#b00020"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.fraction = book.add_format({"num_format": "#,##0.##"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def write(self) -> None:
        first = 1 if self.sheet.fictional and self.sheet.headings else 0
        if first:
            self.page.write_string(0, 0, _("架空のデモデータ"), self.warning)
        for column, heading in enumerate(self.sheet.headings):
            self.page.write_string(first, column, csv_cell(str(heading)), self.bold)
        first += bool(self.sheet.headings)
        for number, row in enumerate(self.sheet.rows, start=first):
            for column, value in enumerate(row):
                self._cell(number, column, value)
        self.page.freeze_panes(first, 0)
        self.page.set_column(0, max(len(self.sheet.headings) - 1, 0), _WIDTH)
        if not self.sheet.headings:
            self.page.set_column(1, 1, _TEXT_WIDTH)
        self.page.set_paper(9)

    def _cell(self, row: int, column: int, value: Value) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            self.page.write_datetime(row, column, _local(value), self.moment)
        elif isinstance(value, date):
            self.page.write_datetime(row, column, value, self.day)
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            whole = value == int(value)
            self.page.write_number(row, column, value, self.whole if whole else self.fraction)
        else:
            self.page.write_string(row, column, as_text(value), None if self.sheet.headings else self.wrap)
