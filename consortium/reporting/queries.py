"""Reads about indicators, figures and runs."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from consortium.domain.calendar import FiscalYear
from consortium.membership.models import Membership
from consortium.tenancy.models import Municipality

from .models import Indicator, Observation, ReportRun, Status

YEARS_BACK = 10


@dataclass(frozen=True)
class Coverage:
    """Who would be in a report: members by what they have reported. No figure is read."""

    reported: list[Municipality]
    not_surveyed: list[Municipality]
    missing: list[Municipality]

    @property
    def members(self) -> int:
        return len(self.reported) + len(self.not_surveyed) + len(self.missing)


def coverage(indicator: Indicator, fiscal_year: int) -> Coverage:
    answers = dict(
        Observation.visible.filter(indicator=indicator, fiscal_year=fiscal_year).values_list(
            "municipality_id", "status"
        )
    )
    groups: dict[str | None, list[Municipality]] = {Status.REPORTED: [], Status.NOT_SURVEYED: [], None: []}
    for municipality in members(timezone.localdate()):
        groups[answers.get(municipality.pk)].append(municipality)
    return Coverage(groups[Status.REPORTED], groups[Status.NOT_SURVEYED], groups[None])


def members(on: date) -> "QuerySet[Municipality]":
    """Municipalities with a membership that holds on a day, by code."""
    holding = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)
    return Municipality.objects.filter(pk__in=holding.values("municipality_id")).order_by("code")


def years() -> list[FiscalYear]:
    """Fiscal years that figures are kept for, the running one first."""
    now = FiscalYear.of(timezone.localdate()).year
    return [FiscalYear(now - back) for back in range(YEARS_BACK)]


def runs() -> "QuerySet[ReportRun]":
    found: QuerySet[ReportRun] = ReportRun.objects.select_related("indicator", "job")
    return found


def own_figures() -> "QuerySet[Observation]":
    """The open municipality's, latest year first."""
    found: QuerySet[Observation] = Observation.objects.select_related("indicator")
    return found.order_by("-fiscal_year", "indicator__key")


def figures_like(
    indicator: str = "", fiscal_year: int | None = None, status: str = "", **_: object
) -> "QuerySet[Observation]":
    """Own figures, narrowed by what is given."""
    wanted = {"indicator__key": indicator, "fiscal_year": fiscal_year, "status": status}
    return own_figures().filter(**{name: value for name, value in wanted.items() if value})


def runs_like(
    indicator: str = "", fiscal_year: int | None = None, state: str = "", **_: object
) -> "QuerySet[ReportRun]":
    """Runs, narrowed by what is given."""
    wanted = {"indicator__key": indicator, "fiscal_year": fiscal_year, "job__state": state}
    return runs().filter(**{name: value for name, value in wanted.items() if value})
