"""What is wrong with a document, place by place."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from consortium.domain.my_number import contains_my_number

from .document import Clause, Document, Row, Scalar, Value, canonical_json, decimal_of, to_json
from .kinds import Field, Kind, Question, Type, fields_of
from .paths import Place

MAX_CLAUSES: Final = 2_000
MAX_BYTES: Final = 4_000_000
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
EXECUTION: Final = 3
"""The step of 全体手順書 in which national items are carried out."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINE: Final = re.compile(r"[\t\n]")


class ProblemCode(StrEnum):
    REQUIRED = "required"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    UNKNOWN_ITEM = "unknown_item"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_CLAUSE = "unknown_clause"
    MALFORMED_ID = "malformed_id"
    MALFORMED_KEY = "malformed_key"
    DUPLICATE_ID = "duplicate_id"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    OUT_OF_RANGE = "out_of_range"
    OUT_OF_PERIOD = "out_of_period"
    IN_ORDER = "in_order"
    CONTROL_CHARACTER = "control_character"
    PERSONAL_NUMBER = "personal_number"


@dataclass(frozen=True, slots=True)
class Period:
    """Fiscal years, both included."""

    year_from: int
    year_to: int

    def has_year(self, year: int) -> bool:
        return self.year_from <= year <= self.year_to

    def has_day(self, day: date) -> bool:
        """A fiscal year begins on 1 April."""
        return date(self.year_from, 4, 1) <= day <= date(self.year_to + 1, 3, 31)


@dataclass(frozen=True, slots=True)
class Problem:
    """place: None where the whole document is meant."""

    place: Place | None
    code: ProblemCode


@dataclass(frozen=True, slots=True)
class Rules:
    """items: keys of the edition's national items. complete: False for a draft that is only saved."""

    items: Collection[str]
    period: Period | None = None
    complete: bool = True


def problems(document: Document, rules: Rules) -> list[Problem]:
    """In the order of the clauses; none means valid."""
    found = [Problem(None, code) for code in _whole(document, rules)]
    found += [Problem(Place(one), code) for one, code in _ids(clause.id for clause in document.clauses)]
    kinds = {clause.id: clause.kind for clause in document.clauses}
    for clause in document.clauses:
        found += _of_clause(clause, kinds, rules)
    return found


def _whole(document: Document, rules: Rules) -> Iterator[ProblemCode]:
    if rules.complete and not document.of(Kind.INITIATIVE):
        yield ProblemCode.REQUIRED
    if len(document.clauses) > MAX_CLAUSES:
        yield ProblemCode.TOO_MANY
    elif len(canonical_json(to_json(document)).encode(errors="replace")) > MAX_BYTES:
        yield ProblemCode.TOO_LARGE


def _ids(ids: Iterable[str]) -> Iterator[tuple[str, ProblemCode]]:
    for each, count in Counter(ids).items():
        if not _ID.fullmatch(each):
            yield each, ProblemCode.MALFORMED_ID
        if count > 1:
            yield each, ProblemCode.DUPLICATE_ID


def _of_clause(clause: Clause, kinds: dict[str, Kind], rules: Rules) -> Iterator[Problem]:
    for field in fields_of(clause.kind):
        place = Place(clause.id, field.key)
        value = clause.values.get(field.key)
        if value is None:
            if field.required and rules.complete:
                yield Problem(place, ProblemCode.REQUIRED)
        elif field.type is Type.ROWS:
            yield from _rows(field, place, clause.rows(field.key), rules)
        elif field.type is Type.REF:
            if kinds.get(str(value)) is not field.target:
                yield Problem(place, ProblemCode.UNKNOWN_CLAUSE)
        else:
            yield from (Problem(place, code) for code in _of_value(field, value, rules))
    yield from _together(clause, rules)


def _together(clause: Clause, rules: Rules) -> Iterator[Problem]:
    """What only several fields show."""
    first, last = _day(clause.text("starts_on")), _day(clause.text("ends_on"))
    if first and last and last < first:
        yield Problem(Place(clause.id, "ends_on"), ProblemCode.IN_ORDER)
    if not rules.complete:
        return
    if clause.kind is Kind.ANALYSIS and clause.text("question") == Question.OWN and not clause.text("title"):
        yield Problem(Place(clause.id, "title"), ProblemCode.REQUIRED)
    if clause.kind is Kind.INITIATIVE and not clause.keys("items") and not _prepares(clause):
        yield Problem(Place(clause.id, "items"), ProblemCode.REQUIRED)


def _prepares(clause: Clause) -> bool:
    """手順書 steps 0 to 2 (共有・機運醸成, 全体方針, 推進体制) serve all national items and none of them."""
    step = clause.number("step")
    return step is not None and step < EXECUTION


def _rows(field: Field, place: Place, rows: tuple[Row, ...], rules: Rules) -> Iterator[Problem]:
    if len(rows) > field.limit:
        yield Problem(place, ProblemCode.TOO_MANY)
    for row_id, code in _ids(row.id for row in rows):
        yield Problem(Place(place.clause, place.field, row_id), code)
    for row in rows:
        for one in field.fields:
            at = Place(place.clause, place.field, row.id, one.key)
            yield from (Problem(at, code) for code in _of_row(one, row.values.get(one.key), rules))


def _of_row(field: Field, value: Scalar | None, rules: Rules) -> Iterator[ProblemCode]:
    if value is not None:
        yield from _of_value(field, value, rules)
    elif field.required and rules.complete:
        yield ProblemCode.REQUIRED


def _of_value(field: Field, value: Value, rules: Rules) -> Iterator[ProblemCode]:
    if isinstance(value, int):
        yield from _number(field, value, rules)
    elif isinstance(value, tuple):
        yield from _keys(field, value, rules)
    else:
        yield from _string(field, value, rules)


def _number(field: Field, value: int, rules: Rules) -> Iterator[ProblemCode]:
    if field.type is Type.YEAR:
        if not FIRST_YEAR <= value <= LAST_YEAR:
            yield ProblemCode.OUT_OF_RANGE
        elif field.key == "year" and rules.period and not rules.period.has_year(value):
            yield ProblemCode.OUT_OF_PERIOD
    elif not field.minimum <= value <= field.maximum:
        yield ProblemCode.OUT_OF_RANGE


def _keys(field: Field, value: tuple[str | Row, ...], rules: Rules) -> Iterator[ProblemCode]:
    if len(value) > field.limit:
        yield ProblemCode.TOO_MANY
    for key in value:
        if field.type is Type.ITEMS and key not in rules.items:
            yield ProblemCode.UNKNOWN_ITEM
        elif not isinstance(key, str) or not _KEY.fullmatch(key):
            yield ProblemCode.MALFORMED_KEY


def _string(field: Field, value: str, rules: Rules) -> Iterator[ProblemCode]:
    match field.type:
        case Type.CHOICE:
            if value not in field.choices:
                yield ProblemCode.UNKNOWN_CHOICE
        case Type.DATE:
            yield from _date(value, rules)
        case Type.DECIMAL:
            number = decimal_of(value)
            if number is None:
                yield ProblemCode.NOT_A_NUMBER
            elif not field.minimum <= number <= field.maximum:
                yield ProblemCode.OUT_OF_RANGE
        case _:
            yield from _text(field, value)


def _date(value: str, rules: Rules) -> Iterator[ProblemCode]:
    day = _day(value)
    if day is None:
        yield ProblemCode.NOT_A_DATE
    elif rules.period and not rules.period.has_day(day):
        yield ProblemCode.OUT_OF_PERIOD


def _text(field: Field, value: str) -> Iterator[ProblemCode]:
    if len(value) > field.limit:
        yield ProblemCode.TOO_LONG
    if _CONTROL.search(value) or (field.type is Type.TEXT and _LINE.search(value)):
        yield ProblemCode.CONTROL_CHARACTER
    if contains_my_number(value):
        yield ProblemCode.PERSONAL_NUMBER


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
