"""Declared columns, and a grid read by them: rows of values, and what is wrong with which cell."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from consortium.dates import calendar_date
from consortium.domain.my_number import contains_my_number
from consortium.domain.text import csv_text
from consortium.ui.forms import NUL_MESSAGE

from .limits import MyNumberFound, UnreadableFile
from .parsers import plain_text

HEADER_ROWS: Final = 10
"""How far down the headings may stand: official forms begin with a title and notes."""
MY_NUMBER_LENGTH: Final = 12
_UNIT: Final = re.compile(r"\(.*?\)|[\s_\-*※・:]|必須|任意")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EXCEL_ERRORS: Final = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"}


@dataclass(frozen=True)
class Column:
    """One column of a file.

    name: key of the value, and a heading that is understood; so are the label in every language and the
    aliases. parse: text to value, raising Django's ValidationError (a form field's `clean` will do); it is
    not asked about empty cells. fallback: the value of an empty cell, where one is allowed.
    """

    name: str
    label: StrOrPromise
    parse: Callable[[str], Any] = field(default_factory=plain_text)
    required: bool = True
    aliases: tuple[str, ...] = ()
    help: StrOrPromise = ""
    example: str = ""
    fallback: Any = None
    empty: StrOrPromise = ""
    """What to do about an empty cell, where "enter a value" says too little."""
    show: Callable[[Any], StrOrPromise] | None = None
    """Words for a value in the preview."""

    @property
    def headings(self) -> set[str]:
        labels = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                labels.append(str(self.label))
        return {heading_key(text) for text in (self.name, *labels, *self.aliases)}

    def shown(self, value: Any) -> str:
        if value is None:
            return ""
        if self.show:
            return str(self.show(value))
        return calendar_date(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell (of a row as a whole: column is empty) and what to do."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Row:
    """One line of the file, read without problems. number: as the spreadsheet counts, the first row is 1."""

    number: int
    values: dict[str, Any]

    def problem(self, column: Column | None, message: StrOrPromise) -> Problem:
        if column is None:
            return Problem(self.number, "", "", str(message))
        value = column.shown(self.values.get(column.name))
        return Problem(self.number, str(column.label), value, str(message))


@dataclass
class Table:
    """total: lines with anything in them, good or not. ignored: headings that no column claims."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    total: int = 0


def heading_key(text: str) -> str:
    """A heading without width, case, spaces, marks and what stands in brackets (the unit)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _UNIT.sub("", folded) or folded.strip()


def read_table(grid: Sequence[Sequence[str]], columns: Sequence[Column]) -> Table:
    """Raises UnreadableFile if the headings don't tell where the columns are, MyNumberFound."""
    _refuse_my_number(grid)
    first, places, headings = find_header(grid, columns)
    table = Table(ignored=[text for at, text in enumerate(headings) if text and at not in places])
    for number, cells in enumerate(grid[first:], start=first + 1):
        if any(cell.strip() for cell in cells):
            table.total += 1
            found = read_row(number, cells, places)
            if isinstance(found, Row):
                table.rows.append(found)
            else:
                table.problems += found
    return table


def _refuse_my_number(grid: Sequence[Sequence[str]]) -> None:
    for number, cells in enumerate(grid, start=1):
        refuse_my_number(number, cells)


def refuse_my_number(number: int, cells: Sequence[str]) -> None:
    """Also in columns that nobody claims: the platform may not hold such a file. Raises MyNumberFound."""
    if any(len(cell) >= MY_NUMBER_LENGTH and contains_my_number(cell) for cell in cells):
        message = _("%(row)s行目に個人番号(マイナンバー)があります。番号を消してから選び直してください。")
        raise MyNumberFound(message % {"row": number})


def read_row(number: int, cells: Sequence[str], places: dict[int, Column]) -> Row | list[Problem]:
    """One line by where the columns stand (find_header)."""
    values: dict[str, Any] = {}
    problems = []
    for at, column in places.items():
        text = csv_text(cells[at] if at < len(cells) else "")
        try:
            values[column.name] = _value(text, column)
        except ValidationError as error:
            problems += [Problem(number, str(column.label), text, message) for message in error.messages]
    return problems or Row(number, values)


def _value(text: str, column: Column) -> Any:
    if _CONTROL.search(text):
        raise ValidationError(NUL_MESSAGE, code="control")
    if text.strip() in _EXCEL_ERRORS:
        raise ValidationError(_("Excelのエラー値です。正しい値に直してください。"), code="excel_error")
    if text.strip():
        return column.parse(text.strip())
    if column.required:
        raise ValidationError(column.empty or _("空欄です。値を入力してください。"), code="required")
    return column.fallback


def find_header(
    grid: Sequence[Sequence[str]], columns: Sequence[Column]
) -> tuple[int, dict[int, Column], list[str]]:
    """Number of the rows down to the headings, where which column stands, and the headings.

    grid: at least the first HEADER_ROWS rows. Raises UnreadableFile.
    The row in which most columns are found counts; headings merged over two rows are read together.
    """
    known = {key: column for column in columns for key in column.headings}
    best: tuple[int, dict[int, Column], list[str]] = (0, {}, [])
    for first, headings in _candidates(grid):
        places = {at: known[key] for at, text in enumerate(headings) if (key := heading_key(text)) in known}
        if len({column.name for column in places.values()}) > len({c.name for c in best[1].values()}):
            best = (first, places, headings)
    _refuse_ambiguous(best[1], columns)
    return best


def _candidates(grid: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    head = [list(row) for row in grid[:HEADER_ROWS]]
    for number, row in enumerate(head, start=1):
        yield number, row
    for number, (upper, lower) in enumerate(pairwise(head), start=2):
        width = max(len(upper), len(lower))
        above, below = (row + [""] * (width - len(row)) for row in (upper, lower))
        yield number, [own or over for over, own in zip(above, below, strict=True)]


def _refuse_ambiguous(places: dict[int, Column], columns: Sequence[Column]) -> None:
    found = [column.name for column in places.values()]
    twice = [str(column.label) for column in columns if found.count(column.name) > 1]
    missing = [str(column.label) for column in columns if column.required and column.name not in found]
    if twice:
        message = _("同じ見出しの列が2つ以上あります: %(columns)s。1つにしてください。")
        raise UnreadableFile(message % {"columns": _listed(twice)})
    if missing:
        message = _("必要な列が見つかりません: %(columns)s。見出しの行を確かめるか、様式を使ってください。")
        raise UnreadableFile(message % {"columns": _listed(missing)})


def _listed(names: Sequence[str]) -> str:
    return _("、").join(names)
