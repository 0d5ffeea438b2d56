from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.management import call_command

from consortium.jobs.models import Job
from consortium.reporting.actions import record_observation, request_report
from consortium.reporting.models import Indicator, ReportRun
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, system_actor
from consortium.tenancy.models import Municipality
from tests import factories

SECRETARY = Actor(ActorKind.SECRETARIAT, id="s", label="事務局員", permissions=frozenset({"reporting.run"}))
YEAR = 2025


@pytest.fixture
def indicators(db: None) -> dict[str, Indicator]:
    call_command("load_indicators", verbosity=0)
    with context.secretariat():
        return {one.key: one for one in Indicator.objects.all()}


@pytest.fixture
def figure(indicators: dict[str, Indicator]) -> Callable[..., None]:
    """figure(municipality, value, key) records as the system."""

    def make(municipality: Municipality, value: int | None, key: str = "identity.residents") -> None:
        with context.tenant(municipality.pk):
            record_observation(
                by=system_actor("test"),
                indicator=key,
                fiscal_year=YEAR,
                value=None if value is None else Decimal(value),
            )

    return make


@pytest.fixture
def members(figure: Callable[..., None]) -> list[Municipality]:
    """Five members by code with 1200, 3 (secret), 45, 800 residents and no report."""
    found = [factories.municipality(code) for code in ("102016", "102024", "102032", "102041", "102059")]
    for municipality, value in zip(found, (1200, 3, 45, 800), strict=False):
        factories.make_member(municipality)
        figure(municipality, value)
        figure(municipality, value * 100, "population")
    factories.make_member(found[-1])
    return found


def asked(indicator: Indicator, year: int = YEAR) -> ReportRun:
    with context.secretariat():
        return request_report(by=SECRETARY, indicator=indicator, fiscal_year=year)


def stored(run: ReportRun) -> ReportRun:
    with context.secretariat():
        return ReportRun.objects.select_related("indicator", "job").get(pk=run.pk)


def job_state(run: ReportRun) -> str:
    with context.secretariat():
        return str(Job.objects.values_list("state", flat=True).get(pk=run.job_id))
