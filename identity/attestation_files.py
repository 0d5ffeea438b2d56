"""Files of people with a qualification: each line becomes what the platform may keep of it, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tabular.columns import Column, Row
from consortium.tabular.parsers import day
from consortium.tabular.streaming import read_lines

from .actions.attestations import Line
from .domain.attestation import AttestationRule, RowProblem, term_problem
from .domain.birth_date import ImpossibleBirthDate, MalformedBirthDate, parse_birth_date
from .domain.receipt import MalformedReceipt, parse_receipt
from .models.person_index import person_index


@dataclass(frozen=True, slots=True)
class Term:
    """Of lines that name none of their own."""

    starts_on: date
    until: date


def _receipt(text: str) -> str:
    try:
        return parse_receipt(text)
    except MalformedReceipt:
        raise ValidationError(_("受付番号ではありません。")) from None


def _birth_date(text: str) -> date:
    try:
        return parse_birth_date(text, timezone.localdate())
    except (ImpossibleBirthDate, MalformedBirthDate):
        raise ValidationError(_("生年月日ではありません。")) from None


COLUMNS: Final = (
    Column("receipt", _("受付番号"), _receipt, required=False, example="1A2B-3C4D"),
    Column("kana", _("ふりがな"), required=False, aliases=("氏名のふりがな", "フリガナ", "カナ氏名")),
    Column("birth_date", _("生年月日"), _birth_date, required=False),
    Column("starts_on", _("開始日"), day, required=False, aliases=("有効期間開始日", "valid_from")),
    Column("until", _("終了日"), day, required=False, aliases=("有効期間終了日", "有効期限", "valid_until")),
)


def lines(file: IO[bytes], rule: AttestationRule, term: Term) -> Iterator[Line]:
    """Names and days of birth become the blind index here, and are held nowhere.

    Raises consortium.tabular's UnreadableFile and MyNumberFound.
    """
    today = timezone.localdate()
    for found in read_lines(file, COLUMNS):
        if isinstance(found, Row):
            yield _line(found, rule, term, today)
        else:
            yield Line(found[0].row, problem=RowProblem.FORMAT, column=found[0].column)


def _line(row: Row, rule: AttestationRule, term: Term, today: date) -> Line:
    starts_on, until = row.values.get("starts_on") or term.starts_on, row.values.get("until") or term.until
    problem = term_problem(rule, starts_on, until, today)
    receipt, kana, born = (row.values.get(name) for name in ("receipt", "kana", "birth_date"))
    if receipt:
        return Line(row.number, receipt, "", starts_on, until, problem)
    if kana and born:
        keys = (person_index(kana, born), person_index(kana, born, namesake=1))
        return Line(row.number, *keys, starts_on, until, problem)
    return Line(row.number, starts_on=starts_on, until=until, problem=RowProblem.KEY)
