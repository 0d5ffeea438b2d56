"""A plan as an Excel workbook, to be written in and brought back (`reading`)."""

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from shared_plans.domain.document import Clause, Document, Row, Scalar, decimal_of
from shared_plans.domain.figures import budget
from shared_plans.domain.kinds import Field, Kind, Type
from shared_plans.domain.plan_file import PlanFile
from shared_plans.labels import CHOICES

from .layout import FIRST_ROW, HEAD, HEAD_FIELDS, TOTALS, SheetOf, every_sheet

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NARROW, _WIDE, _WIDEST = 12, 24, 60
_DIGITS: Final = 15
"""What Excel keeps of a number; a longer one is written as text."""


def write(plan: PlanFile, items: Mapping[str, str]) -> bytes:
    """items: national items by key, as they are called."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        writer = _Writer(book, plan.content, items)
        writer.head(plan)
        for sheet in every_sheet():
            writer.sheet(sheet)
        writer.totals()
    return out.getvalue()


def names(document: Document, kind: Kind) -> dict[str, str]:
    """Clause id → the text by which cells name it: its title if no other has the same, else the id."""
    titles = {one.id: one.text("title") for one in document.of(kind)}
    often = Counter(titles.values())
    ids = set(document.by_id())
    return {
        one: title if title and often[title] == 1 and title not in ids else one
        for one, title in titles.items()
    }


class _Writer:
    def __init__(self, book: Any, document: Document, items: Mapping[str, str]) -> None:
        self.book, self.document, self.items = book, document, items
        self.names = {key: name for kind in Kind for key, name in names(document, kind).items()}
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.quiet = book.add_format({"font_color": "#767676", "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        self.year = book.add_format({"num_format": "0", "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def head(self, plan: PlanFile) -> None:
        labels = (
            _("計画の名称"),
            _("国の計画の版"),
            _("計画期間の始まり(年度)"),
            _("計画期間の終わり(年度)"),
        )
        page = self._page(_("計画"), [HEAD, "value"], [_("項目"), _("値")])
        for row, (key, label) in enumerate(zip(HEAD_FIELDS, labels, strict=True), start=FIRST_ROW - 1):
            page.write_string(row, 0, label, self.quiet)
            value = getattr(plan, key)
            if isinstance(value, int):
                page.write_number(row, 1, value, self.year)
            else:
                page.write_string(row, 1, value, self.wrap)
        if settings.DEMO:
            page.write_string(FIRST_ROW + len(HEAD_FIELDS), 0, _("架空のデモデータ"), self.bold)
        page.set_column(0, 0, _WIDE)
        page.set_column(1, 1, _WIDEST)

    def sheet(self, sheet: SheetOf) -> None:
        page = self._page(sheet.title, [sheet.key, *sheet.keys[1:]], sheet.headings)
        rows = list(self._rows(sheet))
        for number, (first, source) in enumerate(rows, start=FIRST_ROW - 1):
            for column, text in enumerate(first):
                page.write_string(number, column, text, self.quiet)
            for column, field in enumerate(sheet.fields, start=len(first)):
                if field.key in source.values:
                    self._cell(page, number, column, field, source.values[field.key])
        page.set_column(0, 0, _NARROW)
        for column, field in enumerate(sheet.fields, start=len(sheet.keys) - len(sheet.fields)):
            page.set_column(column, column, _WIDEST if field.type is Type.MARKDOWN else _WIDE)
            self._offer(page, column, field)

    def totals(self) -> None:
        """Formulas follow what people write; `reading` notices one that is overwritten with another sum."""
        sums = budget(self.document)
        page = self._page(_("予算の合計"), [TOTALS, "amount"], [_("年度"), _("金額(円)")])
        sheet = SheetOf(Kind.BUDGET)
        year, amount = (_letter(sheet.keys.index(key)) for key in ("year", "amount"))
        tab = f"'{sheet.title}'"
        for row, (one, total) in enumerate(sorted(sums.by_year.items()), start=FIRST_ROW - 1):
            page.write_number(row, 0, one, self.year)
            formula = f"=SUMIF({tab}!{year}:{year},A{row + 1},{tab}!{amount}:{amount})"
            page.write_formula(row, 1, formula, self.whole, total)
        page.set_column(0, 1, _WIDE)

    def _page(self, title: str, keys: list[str], headings: list[str]) -> Any:
        page = self.book.add_worksheet(title)
        for column, (key, heading) in enumerate(zip(keys, headings, strict=True)):
            page.write_string(0, column, key)
            page.write_string(1, column, heading, self.bold)
        page.set_row(0, None, None, {"hidden": True})
        page.freeze_panes(FIRST_ROW - 1, 1)
        page.set_paper(9)
        page.set_landscape()
        return page

    def _rows(self, sheet: SheetOf) -> Iterable[tuple[list[str], Clause | Row]]:
        for clause in self.document.of(sheet.kind):
            if sheet.rows is None:
                yield [clause.id], clause
            else:
                for row in clause.rows(sheet.rows.key):
                    yield [row.id, self.names[clause.id]], row

    def _cell(self, page: Any, row: int, column: int, field: Field, value: object) -> None:
        if isinstance(value, tuple):
            page.write_string(row, column, "\n".join(self.items.get(key, key) for key in value), self.wrap)
        elif isinstance(value, int):
            page.write_number(row, column, value, self.year if field.type is Type.YEAR else self.whole)
        elif field.type is Type.DATE and (day := _day(str(value))):
            page.write_datetime(row, column, day, self.day)
        elif field.type is Type.DECIMAL and (number := _number(str(value))) is not None:
            page.write_number(row, column, number, self.wrap)
        else:
            page.write_string(row, column, self._text(field, str(value)), self.wrap)

    def _text(self, field: Field, value: Scalar) -> str:
        if field.type is Type.CHOICE:
            return str(CHOICES.get(str(value), value))
        return self.names.get(str(value), str(value)) if field.type is Type.REF else str(value)

    def _offer(self, page: Any, column: int, field: Field) -> None:
        """A list to choose from, where Excel has room for it."""
        offered = [str(CHOICES[one]) for one in field.choices]
        if offered and sum(len(one) + 1 for one in offered) <= 255 and not any("," in one for one in offered):
            options = {"validate": "list", "source": offered, "error_type": "warning"}
            page.data_validation(FIRST_ROW - 1, column, 5000, column, options)


def _day(text: str) -> date | None:
    """Years before 1900 are none to Excel."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= 1901 and day.isoformat() == text else None


def _number(text: str) -> Decimal | None:
    number = decimal_of(text)
    return number if number is not None and len(number.as_tuple().digits) <= _DIGITS else None


def _letter(column: int) -> str:
    return chr(ord("A") + column)
