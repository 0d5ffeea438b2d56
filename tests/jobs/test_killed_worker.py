"""kill -9 for the worker and its child in the middle of a report: done once, soon, with the same result."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from consortium.audit.models import Event
from consortium.jobs.models import Job
from consortium.reporting.actions import record_observation, request_report
from consortium.reporting.models import Indicator, ReportRun
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, system_actor
from tests import factories
from tests.jobs import processes
from tests.jobs.processes import until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]
SECRETARY = Actor(ActorKind.SECRETARIAT, id="s", permissions=frozenset({"reporting.run"}))
CODES = ("102016", "102024", "102032", "102041", "102059")
YEAR = 2025
RECOVERY = 60
"""Seconds within which a killed job must be done."""


@pytest.fixture
def indicator() -> Indicator:
    call_command("load_indicators", verbosity=0)
    for number, code in enumerate(CODES):
        municipality = factories.municipality(code)
        factories.make_member(municipality)
        with context.tenant(municipality.pk):
            for key in ("identity.residents", "population"):
                record_observation(
                    by=system_actor("test"),
                    indicator=key,
                    fiscal_year=YEAR,
                    value=Decimal(7 + 300 * number),
                )
    with context.secretariat():
        return Indicator.objects.get(key="identity.residents")


def ask(indicator: Indicator) -> ReportRun:
    with context.secretariat():
        return request_report(by=SECRETARY, indicator=indicator, fiscal_year=YEAR)


def stored(run: ReportRun) -> ReportRun:
    with context.secretariat():
        return ReportRun.objects.select_related("job").get(pk=run.pk)


def is_done(run: ReportRun) -> Callable[[], bool]:
    return lambda: stored(run).job.state == "done"


@pytest.mark.parametrize(
    ("table", "mode"),
    [
        pytest.param("reporting_observation", "ACCESS EXCLUSIVE", id="while it reads figures"),
        pytest.param("reporting_reportrun", "SHARE", id="while it stores the result"),
    ],
)
def test_a_report_survives_kill_9(
    indicator: Indicator,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    table: str,
    mode: str,
) -> None:
    with processes.running(tmp_path) as started:
        undisturbed = ask(indicator)
        until(is_done(undisturbed), 60, "the undisturbed report")
        started["report"].stop()
        run = ask(indicator)
        with processes.locked(table, mode) as somebody_waits:
            started["report"].go_on()
            until(somebody_waits, 30, "reaching the step")
            started["report"].kill()
        started["report"].restart()
        took = until(is_done(run), RECOVERY, "recovery")
        record_property("recovered_in_seconds", round(took, 1))
        until(lambda: unsealed() == 0, 60, "sealing")
    done = stored(run)
    assert done.result == stored(undisturbed).result
    assert done.charts == stored(undisturbed).charts
    assert (done.job.attempts, done.job.progress_done) == (2, 5)
    assert stored(undisturbed).job.attempts == 1


def unsealed() -> int:
    with context.worker():
        return Event.objects.filter(seal_number=None).count()


def test_a_lost_message_is_made_up_for(
    indicator: Indicator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker forgets everything, or was away when the job was asked for."""
    monkeypatch.setattr("consortium.jobs.queue.publish", lambda job: None)
    run = ask(indicator)
    with processes.running(tmp_path):
        until(is_done(run), RECOVERY, "making up")
    with context.worker():
        assert Job.objects.get(pk=run.job_id).attempts == 1
