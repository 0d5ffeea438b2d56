"""Local figures for an adopted plan: proposals, by stated rules, for the editor to accept.

Money and people follow the population; a figure counted in households (世帯) follows the households; a share
(%, 割) stays. Amounts are cut to ¥1,000, as budgets are; full-time equivalents to tenths, at least one tenth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from .document import Clause, Document, Scalar, decimal_of
from .kinds import Kind, Type, fields_of
from .paths import Place

_UNIT: Final = 1_000
_TENTH: Final = Decimal("0.1")
_SHARES: Final = ("%", "％", "割", "率", "パーセント", "ポイント")
_HOUSEHOLDS: Final = ("世帯", "household")


class Rule(StrEnum):
    POPULATION = "population"
    HOUSEHOLDS = "households"


@dataclass(frozen=True, slots=True)
class Size:
    """Of a municipality: persons and households, each above 0."""

    population: int
    households: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """rule: which figure of the two municipalities it follows."""

    place: Place
    rule: Rule
    there: Scalar
    here: Scalar


def proposals(document: Document, *, source: Size, own: Size) -> list[Proposal]:
    """Of all figures that depend on size; none for what would stay the same."""
    factors = {
        Rule.POPULATION: Decimal(own.population) / source.population,
        Rule.HOUSEHOLDS: Decimal(own.households) / source.households,
    }
    found: list[Proposal] = []
    for clause in document.clauses:
        rule = _rule(clause)
        if rule:
            found += _of_clause(clause, rule, factors[rule])
    return [one for one in found if one.there != one.here]


def _rule(clause: Clause) -> Rule | None:
    if clause.kind is not Kind.KPI:
        return Rule.POPULATION
    measure = clause.text("measure").casefold()
    if not measure or any(share in measure for share in _SHARES):
        return None
    return Rule.HOUSEHOLDS if any(unit in measure for unit in _HOUSEHOLDS) else Rule.POPULATION


def _of_clause(clause: Clause, rule: Rule, factor: Decimal) -> Iterator[Proposal]:
    for field in fields_of(clause.kind):
        value = clause.values.get(field.key)
        if field.figure and isinstance(value, str | int):
            place = Place(clause.id, field.key)
            yield Proposal(place, rule, value, _scaled(value, field.type, factor))
        for one in (one for one in field.fields if one.figure):
            for row in clause.rows(field.key):
                if (there := row.values.get(one.key)) is not None:
                    place = Place(clause.id, field.key, row.id, one.key)
                    yield Proposal(place, rule, there, _scaled(there, one.type, factor, whole=True))


def _scaled(value: Scalar, type_: Type, factor: Decimal, *, whole: bool = False) -> Scalar:
    if isinstance(value, int):
        scaled = int(value * factor)
        return scaled // _UNIT * _UNIT if type_ is Type.MONEY else scaled
    number = decimal_of(value)
    if number is None:
        return value
    if whole:
        return str((number * factor).quantize(Decimal(1), ROUND_HALF_UP))
    return str(max((number * factor).quantize(_TENTH, ROUND_HALF_UP), _TENTH).normalize())
