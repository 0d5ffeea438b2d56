"""Reads a plan from an Excel workbook as `workbook` writes it, also one that people have filled in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from consortium.tabular.limits import UnreadableFile
from consortium.tabular.workbook import read_all
from shared_plans.domain.document import Clause, Document, Row, Value, made, new_id, row
from shared_plans.domain.figures import budget
from shared_plans.domain.kinds import Field, Kind, Type
from shared_plans.domain.paths import Place
from shared_plans.domain.plan_file import PlanFile
from shared_plans.labels import CHOICES

from .layout import FIRST_ROW, HEAD, HEAD_FIELDS, ID, PARENT, TOTALS, SheetOf, every_sheet

_NUMBERS: Final = {Type.INTEGER, Type.MONEY, Type.YEAR}


@dataclass(frozen=True)
class Fault:
    """row, column: as a person sees them; 0 and "" where the whole sheet is meant."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass
class Read:
    """plan: None if the head cannot be read. where: of each place that was read, its sheet and row."""

    plan: PlanFile | None = None
    faults: list[Fault] = field(default_factory=list)
    where: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def fault_at(self, place: Place | None, column: str, message: str) -> Fault:
        """For what a rule found in the document."""
        key = (place.clause, place.row) if place else ("", "")
        sheet, number = self.where.get(key) or self.where.get((key[0], ""), ("", 0))
        return Fault(sheet, number, column, message)


@dataclass(frozen=True)
class _Line:
    """One row of a sheet. cells: by key."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class _Tab:
    name: str
    lines: Sequence[_Line]


def read(data: bytes, items: Mapping[str, Iterable[str]]) -> Read:
    """items: national items by key, with all names they go by. Raises UnreadableFile."""
    tabs = {key: tab for name, rows in read_all(data).items() for key, tab in _tab(name, rows)}
    if HEAD not in tabs:
        message = _("計画のシートがありません。この画面からダウンロードしたExcelファイルを使ってください。")
        raise UnreadableFile(message)
    return _Reader(tabs, items).read()


def _tab(name: str, rows: list[list[str]]) -> Iterator[tuple[str, _Tab]]:
    """The first cell is hidden and says what a sheet holds; other sheets are people's own."""
    known = {HEAD, TOTALS, *(sheet.key for sheet in every_sheet())}
    if rows and rows[0] and rows[0][0] in known:
        keys = [ID, *rows[0][1:]]
        lines = [
            _Line(number, {key: text.strip() for key, text in zip(keys, cells, strict=False) if text.strip()})
            for number, cells in enumerate(rows[FIRST_ROW - 1 :], start=FIRST_ROW)
        ]
        yield rows[0][0], _Tab(name, [line for line in lines if line.cells])


class _Reader:
    def __init__(self, tabs: Mapping[str, _Tab], items: Mapping[str, Iterable[str]]) -> None:
        self.tabs = tabs
        self.items = {name: key for key, every in items.items() for name in every} | {
            key: key for key in items
        }
        self.choices = _every_choice()
        self.found = Read()
        self.ids: dict[tuple[str, int], str] = {}
        self.targets: dict[Kind, dict[str, str]] = {}

    def read(self) -> Read:
        sheets = [sheet for sheet in every_sheet() if sheet.key in self.tabs]
        for sheet in sheets:
            if sheet.rows is None:
                self._name_clauses(sheet)
        rows = {sheet.key: self._rows(sheet) for sheet in sheets if sheet.rows}
        clauses = [one for sheet in sheets if not sheet.rows for one in self._clauses(sheet, rows)]
        document = Document(tuple(clauses))
        self._totals(document)
        self._head(document)
        return self.found

    def _head(self, document: Document) -> None:
        tab = self.tabs[HEAD]
        texts = {
            HEAD_FIELDS[line.number - FIRST_ROW]: line.cells.get("value", "")
            for line in tab.lines
            if 0 <= line.number - FIRST_ROW < len(HEAD_FIELDS)
        }
        first, last = (_whole(texts.get(key, "")) for key in ("year_from", "year_to"))
        if first is None or last is None or not texts.get("title"):
            message = _("計画の名称と、計画期間の始まりと終わりの年度(西暦の数字)を入力してください。")
            self.found.faults.append(Fault(tab.name, 0, "", message))
            return
        self.found.plan = PlanFile(texts["title"], texts.get("edition", ""), first, last, document)

    def _name_clauses(self, sheet: SheetOf) -> None:
        """Ids first, so that cells may name clauses further down."""
        tab = self.tabs[sheet.key]
        by_name: dict[str, str] = {}
        ambiguous: set[str] = set()
        for line in tab.lines:
            clause_id = line.cells.get(ID) or new_id()
            self.ids[sheet.key, line.number] = clause_id
            title = line.cells.get("title", "")
            ambiguous |= {title} & set(by_name)
            by_name[title] = clause_id
        by_name = {name: one for name, one in by_name.items() if name and name not in ambiguous}
        every = [self.ids[sheet.key, line.number] for line in tab.lines]
        self.targets[sheet.kind] = by_name | dict(zip(every, every, strict=True))

    def _clauses(self, sheet: SheetOf, rows: Mapping[str, Mapping[str, list[Row]]]) -> Iterator[Clause]:
        tab = self.tabs[sheet.key]
        parts = [one for one in every_sheet() if one.kind is sheet.kind and one.rows and one.key in rows]
        for line in tab.lines:
            clause_id = self.ids[sheet.key, line.number]
            self.found.where[clause_id, ""] = (tab.name, line.number)
            values: dict[str, Value | None] = dict(self._values(sheet, tab, line))
            for part in parts:
                if part.rows:
                    values[part.rows.key] = tuple(rows[part.key].get(clause_id, ()))
            yield made(clause_id, sheet.kind, values)

    def _rows(self, sheet: SheetOf) -> dict[str, list[Row]]:
        """By the clause they belong to."""
        tab, found = self.tabs[sheet.key], defaultdict(list)
        for line in tab.lines:
            parent = self.targets.get(sheet.kind, {}).get(line.cells.get(PARENT, ""))
            if parent is None:
                self._fault(
                    sheet, tab, line, PARENT, _("どの項目の行か分かりません。名称を入力してください。")
                )
                continue
            row_id = line.cells.get(ID) or new_id()
            self.found.where[parent, row_id] = (tab.name, line.number)
            values = {
                key: value for key, value in self._values(sheet, tab, line) if isinstance(value, str | int)
            }
            found[parent].append(row(row_id, values))
        return found

    def _values(self, sheet: SheetOf, tab: _Tab, line: _Line) -> Iterator[tuple[str, Value]]:
        for one in sheet.fields:
            if text := line.cells.get(one.key):
                value = self._value(one, text)
                if value is None:
                    self._fault(
                        sheet, tab, line, one.key, _("「%(text)s」は読めません。") % {"text": text[:60]}
                    )
                else:
                    yield one.key, value

    def _value(self, one: Field, text: str) -> Value | None:
        """None for what cannot be read. Ranges, items and the like are for the document's rules."""
        match one.type:
            case Type.CHOICE:
                return next((key for key in self.choices.get(text, ()) if key in one.choices), None)
            case Type.REF:
                return self.targets.get(one.target, {}).get(text) if one.target else None
            case Type.ITEMS | Type.KEYS:
                return tuple(self.items.get(each, each) for each in text.split("\n") if each)
            case _ if one.type in _NUMBERS:
                return _whole(text)
            case _:
                return text

    def _totals(self, document: Document) -> None:
        if TOTALS not in self.tabs:
            return
        tab, sums = self.tabs[TOTALS], budget(document).by_year
        for line in tab.lines:
            year, said = _whole(line.cells.get(ID, "")), _whole(line.cells.get("amount", ""))
            if year is None or said is None or said == sums.get(year, 0):
                continue
            message = _("合計が合いません。予算の行を足すと%(sum)s円です。") % {
                "sum": f"{sums.get(year, 0):,}"
            }
            self.found.faults.append(Fault(tab.name, line.number, _("金額(円)"), message))

    def _fault(self, sheet: SheetOf, tab: _Tab, line: _Line, key: str, message: str) -> None:
        heading = sheet.headings[sheet.keys.index(key)]
        self.found.faults.append(Fault(tab.name, line.number, heading, message))


def _every_choice() -> dict[str, list[str]]:
    """What choices are called in any language, and their keys → the keys; several may share a name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in CHOICES.items():
        found[str(key)].append(str(key))
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found[str(name)].append(str(key))
    return found


def _whole(text: str) -> int | None:
    try:
        number = Decimal(text.replace(",", ""))
        return int(number) if number == int(number) else None
    except (ArithmeticError, ValueError):
        return None
