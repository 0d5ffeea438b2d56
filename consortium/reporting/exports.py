"""A run's table as CSV and as a workbook. Texts can't become formulas; codes stay text."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.domain.text import csv_cell
from consortium.language import fiscal_year

from .models import ReportRun, Unit
from .presentation import Line, lines, localised

UTF8, CP932 = "utf-8-sig", "cp932"


class Unencodable(Exception):
    """characters: those that the encoding lacks, each with the lines that hold it."""

    def __init__(self, characters: dict[str, list[str]]) -> None:
        super().__init__("".join(characters))
        self.characters = characters


def as_csv(run: ReportRun, encoding: str = UTF8) -> bytes:
    """encoding: UTF8 (with a byte order mark) or CP932. Raises Unencodable: nothing is dropped."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*_headings(), *([_("注記")] if is_fictional(run) else [])])
    for line in lines(run):
        note = [_("架空のデモデータ")] if is_fictional(run) else []
        writer.writerow(
            [*(csv_cell(text) for text in _texts(line)), _figure(line), csv_cell(line.mark), *note]
        )
    text = out.getvalue()
    if missing := unencodable(text, encoding):
        raise Unencodable(missing)
    return text.encode(encoding)


def unencodable(text: str, encoding: str) -> dict[str, list[str]]:
    """The characters that an encoding lacks, each with the lines that hold it."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        for character in dict.fromkeys(line):
            if not _fits(character, encoding):
                found.setdefault(character, []).append(line)
    return found


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def as_workbook(run: ReportRun) -> bytes:
    """XLSX with the sheets 集計 and 定義."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        _table_sheet(book, run)
        _definition_sheet(book, run)
    return out.getvalue()


def is_fictional(run: ReportRun) -> bool:
    return bool(settings.DEMO or run.fictional)


def _headings() -> list[str]:
    return [_("区分"), _("コード"), _("名称"), _("都道府県"), _("人口規模"), _("値"), _("備考")]


def _texts(line: Line) -> list[str]:
    return [line.kind, line.code, line.name, line.prefecture, line.band]


def _figure(line: Line) -> str:
    return "" if line.value is None else str(line.value)


def _table_sheet(book: Any, run: ReportRun) -> None:
    sheet = book.add_worksheet(_("集計"))
    bold, number = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.##"})
    whole = book.add_format({"num_format": "#,##0"})
    first = 1 if is_fictional(run) else 0
    if first:
        sheet.write_string(
            0, 0, _("架空のデモデータ"), book.add_format({"bold": True, "font_color": "#b00020"})
        )
    for column, heading in enumerate(_headings()):
        sheet.write_string(first, column, heading, bold)
    for row, line in enumerate(lines(run), start=first + 1):
        for column, text in enumerate(_texts(line)):
            sheet.write_string(row, column, csv_cell(text))
        if line.value is not None:
            figures = whole if line.value == line.value.to_integral_value() else number
            sheet.write_number(row, 5, line.value, figures)
        sheet.write_string(row, 6, csv_cell(line.mark))
    sheet.freeze_panes(first + 1, 0)
    sheet.set_column(0, 6, 16)
    sheet.set_paper(9)


def _definition_sheet(book: Any, run: ReportRun) -> None:
    sheet = book.add_worksheet(_("定義"))
    bold, wrap = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    for row, (name, text) in enumerate(definition(run)):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, csv_cell(text), wrap)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 70)


def definition(run: ReportRun) -> Iterator[tuple[str, str]]:
    """What the figures mean, from when they are, and what was kept secret: pairs of a name and a text."""
    terms = run.definition
    yield _("指標"), localised(terms, "label")
    yield _("年度"), fiscal_year(run.fiscal_year)
    yield _("単位"), str(Unit(terms["unit"]).label)
    yield _("定義"), localised(terms, "definition")
    yield _("出典"), terms["source"]
    if run.cut_off:
        yield _("集計時点"), f"{timezone.localtime(run.cut_off):%Y-%m-%d %H:%M}"
    yield _("秘匿の規則"), suppression_rule(terms)
    if is_fictional(run):
        yield _("注記"), _("架空のデモデータ")


def suppression_rule(terms: dict[str, Any]) -> str:
    """In words, for the reader of a table."""
    parts = []
    if terms["unit"] in {Unit.PERSONS, Unit.COUNT}:
        parts.append(_("%(least)s未満の数値(0を除く)は秘匿します。") % {"least": terms["threshold"]})
    if terms["min_members"] > 1:
        parts.append(
            _("%(least)s団体未満の集計値は秘匿します。団体別の値は示しません。")
            % {"least": terms["min_members"]}
        )
    parts.append(_("秘匿した値を合計から逆算できないよう、ほかの値も秘匿することがあります。"))
    return "".join(parts)
