"""How far a plan is carried out: milestones, KPI actuals against targets, spending against budget.

A plan says what is to be; records say what is. Records come in the order in which they were written, and the
last of each thing counts, so that a correction is one more record.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from consortium.domain.calendar import FiscalYear

from .document import Clause, Document, Row, decimal_of
from .kinds import Kind

Key = TypeVar("Key")
Thing = tuple[str, str, str, int | None]
"""What a record is of: its kind, clause, row and fiscal year."""


class RecordKind(StrEnum):
    MILESTONE = "milestone"
    ACTUAL = "actual"
    SPENDING = "spending"


class Standing(StrEnum):
    """In the order in which they want attention."""

    LATE = "late"
    SOON = "soon"
    AHEAD = "ahead"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Clock:
    """soon_until: the last day that counts as soon. The caller reckons it in 開庁日."""

    today: date
    soon_until: date

    def standing(self, due: date | None, done_on: date | None) -> Standing:
        """The day that something is due on is still in time."""
        if done_on:
            return Standing.DONE
        if due is None or due > self.soon_until:
            return Standing.AHEAD
        return Standing.LATE if due < self.today else Standing.SOON


@dataclass(frozen=True, slots=True)
class Record:
    """MILESTONE: `row` of an initiative was done on `day`. ACTUAL: `value` of a KPI in fiscal year `year`.

    SPENDING: of a budget line `value` yen were spent up to `day`. Without day or value: taken back.
    """

    kind: str
    clause: str
    row: str = ""
    year: int | None = None
    value: Decimal | None = None
    day: date | None = None

    @property
    def thing(self) -> Thing:
        return (self.kind, self.clause, self.row, self.year)


Records = Mapping[Thing, Record]


def latest(records: Iterable[Record]) -> Records:
    """records: the oldest first."""
    return {record.thing: record for record in records}


# --- Milestones -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Milestone:
    clause: str
    row: str
    title: str
    initiative: str
    unit: str
    due: date | None
    done_on: date | None
    standing: Standing

    def days_late(self, today: date) -> int:
        return (today - self.due).days if self.due and self.standing is Standing.LATE else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one initiative: how many of its milestones are done, and how many are late."""

    clause: str
    title: str
    unit: str
    done: int
    late: int
    total: int


def milestones(document: Document, records: Records, clock: Clock) -> list[Milestone]:
    """By due day; those without one at the end."""
    found = [
        _milestone(clause, row, records, clock)
        for clause in document.of(Kind.INITIATIVE)
        for row in clause.rows("milestones")
    ]
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max))


def milestone_row(document: Document, clause_id: str, row_id: str) -> tuple[Clause, Row] | None:
    clause = document.clause(clause_id)
    if clause is None or clause.kind is not Kind.INITIATIVE:
        return None
    return next(((clause, row) for row in clause.rows("milestones") if row.id == row_id), None)


def _milestone(clause: Clause, row: Row, records: Records, clock: Clock) -> Milestone:
    record = records.get(_milestone_key(clause, row))
    due, done_on = day_of(row.values.get("due")), record.day if record else None
    return Milestone(
        clause.id,
        row.id,
        str(row.values.get("title", "")),
        clause.text("title"),
        clause.text("unit"),
        due,
        done_on,
        clock.standing(due, done_on),
    )


def _milestone_key(clause: Clause, row: Row) -> Thing:
    return (RecordKind.MILESTONE, clause.id, row.id, None)


def day_of(value: object) -> date | None:
    """A draft may hold what is no day."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def progress(document: Document, found: Iterable[Milestone]) -> list[Progress]:
    """Of every initiative, in the order of the plan."""
    by_clause: defaultdict[str, list[Milestone]] = defaultdict(list)
    for one in found:
        by_clause[one.clause].append(one)
    return [_progress(clause, by_clause[clause.id]) for clause in document.of(Kind.INITIATIVE)]


def _progress(clause: Clause, own: list[Milestone]) -> Progress:
    done = sum(one.standing is Standing.DONE for one in own)
    late = sum(one.standing is Standing.LATE for one in own)
    return Progress(clause.id, clause.text("title"), clause.text("unit"), done, late, len(own))


# --- KPI ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KpiYear:
    """is_reported: the actual comes from the municipality's reported indicators, not from a record."""

    year: int
    target: Decimal | None
    actual: Decimal | None
    is_reported: bool
    is_met: bool | None
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Kpi:
    clause: str
    title: str
    measure: str
    direction: str
    indicator: str
    baseline_year: int | None
    baseline: Decimal | None
    years: tuple[KpiYear, ...]

    @property
    def last(self) -> KpiYear | None:
        """The latest year with an actual."""
        return next((one for one in reversed(self.years) if one.actual is not None), None)


Observed = Mapping[tuple[str, int], Decimal]
"""(key of an indicator, fiscal year) → what the municipality has reported."""


def kpis(document: Document, records: Records, observed: Observed, this_year: int) -> list[Kpi]:
    """What was reported for the KPI's indicator goes before what was recorded here."""
    return [_kpi(clause, records, observed, this_year) for clause in document.of(Kind.KPI)]


def targets_of(clause: Clause) -> dict[int, Decimal]:
    found = {row.values.get("year"): decimal_of(row.values.get("value")) for row in clause.rows("targets")}
    return {year: value for year, value in found.items() if isinstance(year, int) and value is not None}


def _kpi(clause: Clause, records: Records, observed: Observed, this_year: int) -> Kpi:
    indicator, direction, targets = clause.text("indicator"), clause.text("direction"), targets_of(clause)
    recorded = _recorded(clause, records)
    reported = {year: value for (key, year), value in observed.items() if indicator and key == indicator}
    first = min([*targets, *recorded], default=None)
    later = [] if first is None else [year for year in reported if year >= first]
    years = []
    for year in sorted({*targets, *recorded, *later}):
        target, actual = targets.get(year), reported.get(year, recorded.get(year))
        is_missing = actual is None and target is not None and year < this_year
        is_met = met(target, actual, direction)
        years.append(KpiYear(year, target, actual, year in reported, is_met, is_missing))
    return Kpi(
        clause.id,
        clause.text("title"),
        clause.text("measure"),
        direction,
        indicator,
        clause.number("baseline_year"),
        clause.decimal("baseline"),
        tuple(years),
    )


def _recorded(clause: Clause, records: Records) -> dict[int, Decimal]:
    return {
        one.year: one.value
        for one in records.values()
        if one.kind == RecordKind.ACTUAL
        and one.clause == clause.id
        and one.year is not None
        and one.value is not None
    }


def met(target: Decimal | None, actual: Decimal | None, direction: str) -> bool | None:
    """None where there is nothing to compare. Without a direction more is better."""
    if target is None or actual is None:
        return None
    return actual <= target if direction == "down" else actual >= target


# --- What is due next -----------------------------------------------------------------------------


def next_due(document: Document, records: Records) -> date | None:
    """The earliest day that something not done is due on: milestones, and actuals by the end of their year.

    KPIs of an indicator are left out: reports are asked for elsewhere.
    """
    return min([*_open_milestones(document, records), *_open_years(document, records)], default=None)


def _open_milestones(document: Document, records: Records) -> Iterator[date]:
    for clause in document.of(Kind.INITIATIVE):
        for row in clause.rows("milestones"):
            record, due = records.get(_milestone_key(clause, row)), day_of(row.values.get("due"))
            if due and not (record and record.day):
                yield due


def _open_years(document: Document, records: Records) -> Iterator[date]:
    for clause in document.of(Kind.KPI):
        if not clause.text("indicator"):
            for year in targets_of(clause).keys() - _recorded(clause, records).keys():
                yield FiscalYear(year).last_day


# --- Spending -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One budget line; spent is None while nothing is recorded."""

    clause: str
    title: str
    year: int | None
    cost: str
    funding: str
    budget: int
    spent: int | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Sums:
    """Yen."""

    budget: int
    spent: int

    @property
    def rate(self) -> int | None:
        """Per cent of the budget, rounded down; None without a budget."""
        return self.spent * 100 // self.budget if self.budget else None

    @property
    def is_over(self) -> bool:
        return self.spent > self.budget


@dataclass(frozen=True, slots=True)
class Spending:
    lines: tuple[Line, ...]
    by_year: Mapping[int | None, Sums]
    by_cost: Mapping[str, Sums]
    by_funding: Mapping[str, Sums]
    total: Sums


def spending(document: Document, records: Records) -> Spending:
    """Lines by fiscal year, then in the order of the plan."""
    lines = sorted(
        (_line(clause, records) for clause in document.of(Kind.BUDGET)), key=lambda line: line.year or 9999
    )
    return Spending(
        tuple(lines),
        _sums(lines, lambda line: line.year),
        _sums(lines, lambda line: line.cost),
        _sums(lines, lambda line: line.funding),
        Sums(sum(line.budget for line in lines), sum(line.spent or 0 for line in lines)),
    )


def _line(clause: Clause, records: Records) -> Line:
    record = records.get((RecordKind.SPENDING, clause.id, "", None))
    spent = int(record.value) if record and record.value is not None else None
    return Line(
        clause.id,
        clause.text("title"),
        clause.number("year"),
        clause.text("cost"),
        clause.text("funding"),
        clause.number("amount") or 0,
        spent,
        record.day if record and spent is not None else None,
    )


def _sums(lines: Iterable[Line], key: Callable[[Line], Key]) -> dict[Key, Sums]:
    found: dict[Key, Sums] = {}
    for line in lines:
        before = found.get(key(line), Sums(0, 0))
        found[key(line)] = Sums(before.budget + line.budget, before.spent + (line.spent or 0))
    return found
