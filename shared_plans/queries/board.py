"""How far own plans are carried out: what was recorded and reported, put beside what the plans say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, UUIDField, Value
from django.utils import timezone

from consortium.domain.calendar import FiscalYear, add_open_days
from consortium.membership.closing_days import closing_days
from consortium.reporting.models import Status
from consortium.reporting.queries import own_figures
from shared_plans.domain import board
from shared_plans.domain.board import Clock, Kpi, Milestone, Progress, Record, Records, Spending, Standing
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.parts import joined
from shared_plans.domain.reminding import SOON_DAYS
from shared_plans.models import Blocker, ExecutionRecord, Phase, Plan, PlanRevision, PlanRevisionPrivate

MOST: Final = 50


@dataclass(frozen=True)
class Board:
    """Of the plan as it is in force; of one that has no revision yet, of its draft."""

    plan: Plan
    document: Document
    milestones: list[Milestone]
    progress: list[Progress]
    kpis: list[Kpi]
    spending: Spending

    def count(self, standing: Standing) -> int:
        return sum(one.standing is standing for one in self.milestones)

    @property
    def late(self) -> int:
        return self.count(Standing.LATE)

    @property
    def soon(self) -> int:
        return self.count(Standing.SOON)

    @property
    def missing(self) -> int:
        """Actuals of past fiscal years that nobody has recorded or reported."""
        return sum(year.is_missing for kpi in self.kpis for year in kpi.years)


def clock() -> Clock:
    """Of today, in the 開庁日 of the open municipality."""
    today = timezone.localdate()
    return Clock(today, add_open_days(today, SOON_DAYS, closing_days()))


def executing_plans() -> QuerySet[Plan]:
    """Own ones, the longest under execution first, without their texts."""
    found: QuerySet[Plan] = Plan.objects.filter(phase=Phase.EXECUTING).defer("draft")
    return found.order_by("phase_since", "id")


@dataclass(frozen=True)
class Behind:
    """A plan under execution, or a blocker of any plan, that was due before today."""

    plan_id: UUID
    blocker_id: UUID | None
    title: str
    due: date


def behind(today: date, most: int) -> list[Behind]:
    """Own plans and blockers, the longest overdue first: one statement, which reads no document."""
    plans = Plan.objects.filter(phase=Phase.EXECUTING, next_due__lt=today).values_list(
        "id", Value(None, UUIDField()), "title", "next_due"
    )
    blockers = Blocker.objects.filter(resolved_on=None, due__lt=today).values_list(
        "plan_id", "id", "title", "due"
    )
    return [Behind(*row) for row in plans.union(blockers, all=True).order_by("next_due")[:most]]


def boards(plans: Iterable[Plan], time: Clock | None = None) -> list[Board]:
    """Of own plans, in their order: five statements for however many."""
    plans = list(plans)
    if not plans:
        return []
    time, records = time or clock(), records_of(plans)
    documents = documents_in_force(plans)
    known = observed(documents.values())
    return [_board(plan, documents[plan.pk], records.get(plan.pk, {}), known, time) for plan in plans]


def _board(
    plan: Plan, document: Document, records: Records, known: Mapping[tuple[str, int], Decimal], time: Clock
) -> Board:
    milestones = board.milestones(document, records, time)
    return Board(
        plan,
        document,
        milestones,
        board.progress(document, milestones),
        board.kpis(document, records, known, FiscalYear.of(time.today).year),
        board.spending(document, records),
    )


def document_in_force(plan: Plan) -> Document:
    return documents_in_force([plan])[plan.pk]


def documents_in_force(plans: Iterable[Plan]) -> dict[UUID, Document]:
    """The latest revision of each, private sections included, else the draft."""
    plans = list(plans)
    latest = list(PlanRevision.objects.filter(plan__in=plans, is_latest=True).only("plan_id", "content"))
    private: dict[UUID, Any] = {
        one.revision_id: one.content for one in PlanRevisionPrivate.objects.filter(revision__in=latest)
    }
    decided = {one.plan_id: joined(one.content, private.get(one.pk, {})) for one in latest}
    return {plan.pk: decided[plan.pk] if plan.pk in decided else from_json(plan.draft) for plan in plans}


def records_of(plans: Iterable[Plan]) -> dict[UUID, Records]:
    """What counts of each plan's records."""
    found: defaultdict[UUID, list[Record]] = defaultdict(list)
    for one in ExecutionRecord.objects.filter(plan__in=list(plans)).order_by("recorded_at", "id"):
        found[one.plan_id].append(Record(one.kind, one.clause, one.row, one.fiscal_year, one.value, one.day))
    return {plan_id: board.latest(records) for plan_id, records in found.items()}


def history_of(plan: Plan, kind: str, clause: str, row: str = "") -> list[ExecutionRecord]:
    """The latest first."""
    rows = ExecutionRecord.objects.filter(plan=plan, kind=kind, clause=clause, row=row)
    return list(rows.order_by("-recorded_at", "-id")[:MOST])


def observed(documents: Iterable[Document]) -> dict[tuple[str, int], Decimal]:
    """The own reported figures of all indicators that KPIs name."""
    keys = {key for document in documents for one in document.of(Kind.KPI) if (key := one.text("indicator"))}
    if not keys:
        return {}
    rows = own_figures().filter(indicator__key__in=keys, status=Status.REPORTED, value__isnull=False)
    return {(one.indicator.key, one.fiscal_year): one.value for one in rows if one.value is not None}
