"""Sums of a plan, what is missing to carry it, and what does not fit together: shown while writing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .document import Clause, Document
from .kinds import Kind, Question
from .paths import Place
from .validation import Period


@dataclass(frozen=True, slots=True)
class Budget:
    """Yen, by fiscal year, by 費用区分 and by 財源, and all of it."""

    by_year: Mapping[int, int]
    by_cost: Mapping[str, int]
    by_funding: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Need:
    """Of one role in one fiscal year (None: in each), in full-time equivalents."""

    role: str
    year: int | None
    needed: Decimal
    staffed: Decimal

    @property
    def gap(self) -> Decimal:
        return max(self.needed - self.staffed, Decimal(0))


class Oversight(StrEnum):
    """Allowed, and most likely an oversight."""

    NO_ANALYSIS = "no_analysis"
    NO_PRIORITY = "no_priority"
    NO_COMMITMENT = "no_commitment"
    SHARES_NOT_WHOLE = "shares_not_whole"
    SAME_RANK = "same_rank"
    NO_MILESTONE = "no_milestone"
    NO_KPI = "no_kpi"
    NO_BUDGET = "no_budget"
    NO_PEOPLE = "no_people"
    NO_TARGET = "no_target"
    NO_BASELINE = "no_baseline"
    TARGET_AGAINST_DIRECTION = "target_against_direction"
    UNSTAFFED = "unstaffed"
    NO_EVIDENCE = "no_evidence"
    NO_RESPONSE = "no_response"
    YEAR_WITHOUT_BUDGET = "year_without_budget"


@dataclass(frozen=True, slots=True)
class Remark:
    """place: None where the whole plan is meant."""

    place: Place | None
    warning: Oversight


def budget(document: Document) -> Budget:
    """A line without an amount counts nothing; one without year, cost or funding in the total alone."""
    by_year: defaultdict[int, int] = defaultdict(int)
    by_cost: defaultdict[str, int] = defaultdict(int)
    by_funding: defaultdict[str, int] = defaultdict(int)
    total = 0
    for line in document.of(Kind.BUDGET):
        amount = line.number("amount") or 0
        total += amount
        if (year := line.number("year")) is not None:
            by_year[year] += amount
        if cost := line.text("cost"):
            by_cost[cost] += amount
        if funding := line.text("funding"):
            by_funding[funding] += amount
    return Budget(dict(sorted(by_year.items())), dict(by_cost), dict(by_funding), total)


def needs(document: Document) -> list[Need]:
    """Summed by role and year, in the order of appearance."""
    sums: dict[tuple[str, int | None], tuple[Decimal, Decimal]] = {}
    for clause in document.of(Kind.PEOPLE):
        key = (clause.text("role"), clause.number("year"))
        needed, staffed = sums.get(key, (Decimal(0), Decimal(0)))
        sums[key] = (needed + (clause.decimal("needed") or 0), staffed + staffing(clause))
    return [Need(role, year, *pair) for (role, year), pair in sums.items()]


def staffing(clause: Clause) -> Decimal:
    """Full-time equivalents found so far for a need."""
    amounts = (Decimal(str(row.values.get("fte", "0"))) for row in clause.rows("staffed"))
    return sum(amounts, Decimal(0))


def remarks(document: Document, period: Period) -> list[Remark]:
    """In the order of the clauses, what concerns the whole plan first."""
    found = [Remark(None, warning) for warning in _whole(document, period)]
    for clause in document.clauses:
        found += [Remark(Place(clause.id, field), warning) for field, warning in _of(clause, document)]
    return found


def _whole(document: Document, period: Period) -> Iterator[Oversight]:
    asked = {clause.text("question") for clause in document.of(Kind.ANALYSIS)}
    if not asked.issuperset(question for question in Question if question is not Question.OWN):
        yield Oversight.NO_ANALYSIS
    if not document.of(Kind.PRIORITY):
        yield Oversight.NO_PRIORITY
    if not document.of(Kind.COMMITMENT):
        yield Oversight.NO_COMMITMENT
    shares = [share for clause in document.of(Kind.PRIORITY) if (share := clause.decimal("share"))]
    if shares and sum(shares) != 100:
        yield Oversight.SHARES_NOT_WHOLE
    years = budget(document).by_year
    if years and any(not years.get(year) for year in range(period.year_from, period.year_to + 1)):
        yield Oversight.YEAR_WITHOUT_BUDGET


Finding = tuple[str, Oversight]


def _of(clause: Clause, document: Document) -> Iterator[Finding]:
    match clause.kind:
        case Kind.ANALYSIS:
            if not clause.rows("evidence"):
                yield "evidence", Oversight.NO_EVIDENCE
        case Kind.PRIORITY:
            yield from _priority(clause, document)
        case Kind.INITIATIVE:
            yield from _initiative(clause, document)
        case Kind.KPI:
            yield from _kpi(clause)
        case Kind.PEOPLE:
            if staffing(clause) < (clause.decimal("needed") or 0):
                yield "staffed", Oversight.UNSTAFFED
        case Kind.RISK:
            if not clause.text("response"):
                yield "response", Oversight.NO_RESPONSE


def _priority(clause: Clause, document: Document) -> Iterator[Finding]:
    rank = clause.number("rank")
    others = [one for one in document.of(Kind.PRIORITY) if one.id != clause.id]
    if rank is not None and any(one.number("rank") == rank for one in others):
        yield "rank", Oversight.SAME_RANK


def _initiative(clause: Clause, document: Document) -> Iterator[Finding]:
    if not clause.rows("milestones"):
        yield "milestones", Oversight.NO_MILESTONE
    for kind, warning in (
        (Kind.KPI, Oversight.NO_KPI),
        (Kind.BUDGET, Oversight.NO_BUDGET),
        (Kind.PEOPLE, Oversight.NO_PEOPLE),
    ):
        if all(one.text("initiative") != clause.id for one in document.of(kind)):
            yield "title", warning


def _kpi(clause: Clause) -> Iterator[Finding]:
    baseline = clause.decimal("baseline")
    if baseline is None:
        yield "baseline", Oversight.NO_BASELINE
    targets = clause.rows("targets")
    if not targets:
        yield "targets", Oversight.NO_TARGET
        return
    last = max(targets, key=lambda row: int(row.values.get("year", 0)))
    goal = Decimal(str(last.values.get("value", "0")))
    wrong = {"up": goal < (baseline or goal), "down": goal > (baseline or goal)}
    if wrong.get(clause.text("direction")):
        yield "targets", Oversight.TARGET_AGAINST_DIRECTION
