"""What is done of a plan under execution: milestones, KPI actuals, spending. Corrections are new records."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.domain.calendar import FiscalYear
from consortium.domain.my_number import contains_my_number
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.board import milestone_row, next_due
from shared_plans.domain.document import Clause
from shared_plans.domain.kinds import Kind
from shared_plans.domain.validation import ProblemCode
from shared_plans.models import ExecutionRecord, Phase, Plan, RecordKind
from shared_plans.permissions import PlansPermission
from shared_plans.queries.board import document_in_force, observed, records_of

from .steps import PROBLEMS, account_id, locked

NOT_EXECUTING = _("実行中の計画にだけ記録できます。計画の状態を確認してください。")
NOT_THERE = _("この項目は、公表中の版の計画にありません。")
FUTURE = _("今日以前の日付を入力してください。")
FUTURE_YEAR = _("まだ始まっていない年度の実績は記録できません。")
REPORTED = _("この年度の値は、報告済みの指標から自動で表示しています。指標の報告を訂正してください。")
BELOW_ZERO = _("0以上の額を入力してください。")


@action(PlansPermission.WRITE)
def record_milestone(
    *, by: Actor, plan: Plan, clause: str, row: str, day: date | None, note: str = ""
) -> ExecutionRecord:
    """Done on a day; None: not done after all.

    Raises ValidationError: `not_executing`, `unknown`, by field.
    """
    current = _executing(plan)
    if milestone_row(document_in_force(current), clause, row) is None:
        raise ValidationError(NOT_THERE, code="unknown")
    _not_later(day)
    made = ExecutionRecord(
        plan=current, kind=RecordKind.MILESTONE, clause=clause, row=row, day=day, note=note
    )
    return _kept(made, by, "plan.milestone_recorded", {"clause": clause, "row": row})


@action(PlansPermission.WRITE)
def record_actual(
    *, by: Actor, plan: Plan, clause: str, year: int, value: Decimal | None, source: str, note: str = ""
) -> ExecutionRecord:
    """Of a KPI in a fiscal year; None takes it back.

    Raises ValidationError: `not_executing`, `unknown`; at `year` if it lies ahead, or if the KPI's indicator
    was reported for it, which goes before.
    """
    current = _executing(plan)
    kpi = _clause(current, clause, Kind.KPI)
    if year > FiscalYear.of(timezone.localdate()).year:
        raise ValidationError({"year": ValidationError(FUTURE_YEAR, code="future")})
    if value is not None and (kpi.text("indicator"), year) in observed([document_in_force(current)]):
        raise ValidationError({"year": ValidationError(REPORTED, code="reported")})
    made = ExecutionRecord(
        plan=current,
        kind=RecordKind.ACTUAL,
        clause=clause,
        fiscal_year=year,
        value=value,
        source=source,
        note=note,
    )
    return _kept(made, by, "plan.actual_recorded", {"clause": clause, "year": year})


@action(PlansPermission.WRITE)
def record_spending(
    *,
    by: Actor,
    plan: Plan,
    clause: str,
    amount: int | None,
    day: date | None,
    source: str = "",
    note: str = "",
) -> ExecutionRecord:
    """All that was spent of a budget line up to the day, in yen; None takes it back.

    Raises ValidationError: `not_executing`, `unknown`, by field.
    """
    current = _executing(plan)
    _clause(current, clause, Kind.BUDGET)
    if amount is not None and amount < 0:
        raise ValidationError({"amount": ValidationError(BELOW_ZERO, code="min_value")})
    _not_later(day)
    value = None if amount is None else Decimal(amount)
    made = ExecutionRecord(
        plan=current, kind=RecordKind.SPENDING, clause=clause, value=value, day=day, source=source, note=note
    )
    return _kept(made, by, "plan.spending_recorded", {"clause": clause})


def _executing(plan: Plan) -> Plan:
    current = locked(plan)
    if current.phase != Phase.EXECUTING:
        raise ValidationError(NOT_EXECUTING, code="not_executing")
    return current


def _clause(plan: Plan, clause: str, kind: Kind) -> Clause:
    found = document_in_force(plan).clause(clause)
    if found is None or found.kind is not kind:
        raise ValidationError(NOT_THERE, code="unknown")
    return found


def _not_later(day: date | None) -> None:
    if day and day > timezone.localdate():
        raise ValidationError({"day": ValidationError(FUTURE, code="future")})


def _kept(made: ExecutionRecord, by: Actor, event: str, detail: dict[str, object]) -> ExecutionRecord:
    code = ProblemCode.PERSONAL_NUMBER
    if wrong := [name for name in ("source", "note") if contains_my_number(getattr(made, name))]:
        raise ValidationError({name: ValidationError(PROBLEMS[code], code=code) for name in wrong})
    made.recorded_by_id, made.recorded_by_name = account_id(by), by.label
    made.clean_fields(exclude=["id", "municipality", "plan"])
    made.save(force_insert=True)
    keep_next_due(made.plan)
    record(by=by, action=event, target=made.plan, detail=detail)
    return made


def keep_next_due(plan: Plan) -> None:
    """After a record, or a revision, of the locked plan."""
    plan.next_due = next_due(document_in_force(plan), records_of([plan]).get(plan.pk, {}))
    plan.save(update_fields=["next_due"])
