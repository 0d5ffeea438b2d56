"""Recording figures, asking for reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.jobs.queue import enqueue
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from . import notices
from .models import Indicator, Observation, ReportRun, Status, Unit
from .permissions import ReportingPermission

RUN_REPORT = "consortium.reporting.tasks.run_report"
_LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Figure:
    """indicator: its key. value None: not surveyed."""

    indicator: str
    fiscal_year: int
    value: Decimal | None
    source: str = ""


@action(ReportingPermission.RECORD, kinds=(ActorKind.SYSTEM,))
def record_observations(*, by: Actor, figures: Sequence[Figure], fictional: bool | None = None) -> int:
    """Enter the open municipality's figures, in one statement; an earlier one of the same year is replaced.

    fictional: invented (by default in a demo). Raises ValidationError, with nothing entered.
    """
    fictional = settings.DEMO if fictional is None else fictional
    indicators = _indicators({figure.indicator for figure in figures})
    rows = [
        _observation(indicators[figure.indicator], figure, by, timezone.now(), fictional)
        for figure in figures
    ]
    Observation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["municipality", "indicator", "fiscal_year"],
        update_fields=["value", "status", "source", "fictional", "recorded_at", "recorded_by"],
    )
    detail = {"indicators": sorted(indicators), "years": sorted({figure.fiscal_year for figure in figures})}
    record(by=by, action="observation.recorded", detail=detail)
    return len(rows)


def record_observation(
    *,
    by: Actor,
    indicator: str,
    fiscal_year: int,
    value: Decimal | None,
    source: str = "",
    fictional: bool | None = None,
) -> None:
    """One figure of the open municipality; raises ValidationError."""
    record_observations(by=by, figures=[Figure(indicator, fiscal_year, value, source)], fictional=fictional)


@action(ReportingPermission.RUN)
def request_report(*, by: Actor, indicator: Indicator, fiscal_year: int) -> ReportRun:
    """Start a run in the background."""
    run_id = uuid4()
    arguments = {"run": str(run_id), **notices.values(indicator, fiscal_year)}
    job = enqueue(by=by, kind=RUN_REPORT, run_key=f"report:{run_id}", arguments=arguments)
    run: ReportRun = ReportRun.objects.create(
        pk=run_id,
        indicator=indicator,
        fiscal_year=fiscal_year,
        job=job,
        requested_by=by.id,
        requested_by_name=by.label,
    )
    detail = {"indicator": indicator.key, "fiscal_year": fiscal_year}
    record(by=by, action="report.requested", target=run, detail=detail)
    return run


@action(ReportingPermission.RUN)
def record_download(*, by: Actor, run: ReportRun, form: str) -> None:
    """form: csv, csv_cp932, xlsx."""
    record(by=by, action="report.downloaded", target=run, detail={"form": form})


def _indicators(keys: set[str]) -> dict[str, Indicator]:
    found = {one.key: one for one in Indicator.objects.filter(key__in=keys)}
    if keys - found.keys():
        raise ValidationError({"indicator": ValidationError(_("この指標はありません。"), code="unknown")})
    return found


def _observation(
    indicator: Indicator, figure: Figure, by: Actor, now: datetime, fictional: bool
) -> Observation:
    check_value(indicator, figure.value)
    return Observation(
        municipality_id=context.require_municipality(),
        indicator=indicator,
        fiscal_year=figure.fiscal_year,
        value=figure.value,
        status=Status.NOT_SURVEYED if figure.value is None else Status.REPORTED,
        source=figure.source,
        fictional=fictional,
        recorded_at=now,
        recorded_by=by.label or by.id,
    )


def check_value(indicator: Indicator, value: Decimal | None) -> None:
    """Raises ValidationError for what the unit does not allow."""
    if value is None:
        return
    if not value.is_finite() or value < 0:
        raise ValidationError({"value": ValidationError(_("0以上の数を入力してください。"), code="range")})
    if value >= _LARGEST:
        raise ValidationError({"value": ValidationError(_("数が大きすぎます。"), code="range")})
    if indicator.unit == Unit.PERCENT:
        if value > 100 or value != round(value, 2):
            message = _("0から100までの数を、小数第2位までで入力してください。")
            raise ValidationError({"value": ValidationError(message, code="percent")})
    elif value != value.to_integral_value():
        raise ValidationError({"value": ValidationError(_("整数を入力してください。"), code="whole")})
