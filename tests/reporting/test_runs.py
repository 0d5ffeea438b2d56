from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from consortium.audit.models import Event
from consortium.jobs import leases
from consortium.jobs.tasks import requeue_expired
from consortium.membership.models import Membership, User
from consortium.notifications.models import Announcement
from consortium.reporting import actions, figures, tasks
from consortium.reporting.models import Indicator, Observation, ReportRun
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, system_actor
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING

from .conftest import YEAR, asked, job_state, stored

pytestmark = pytest.mark.django_db


def carry_out(run: ReportRun) -> None:
    tasks.run_report.apply(kwargs={"job_id": str(run.job_id)}, headers=HOUSEKEEPING, throw=True)


def test_a_run_from_request_to_result(members: list[Municipality], indicators: dict[str, Indicator]) -> None:
    run = asked(indicators["identity.residents"])
    assert job_state(run) == "queued"
    carry_out(run)
    done = stored(run)
    assert done.job.state == "done"
    assert [row["value"] or row["mark"] for row in done.result["rows"]] == [
        "1200",
        "suppressed",
        "suppressed",
        "800",
        "missing",
    ]
    assert done.result["total"]["value"] == "2048"
    assert "前橋市" in done.charts["ja"]
    assert "Maebashi" in done.charts["en"]
    assert "秘匿" in done.charts["ja"]
    assert done.cut_off
    assert done.definition["threshold"] == 10
    with context.worker():
        assert [one.target for one in Announcement.objects.filter(kind="report.finished")] == [
            {"run": str(run.pk)}
        ]


def test_a_run_is_carried_out_once(members: list[Municipality], indicators: dict[str, Indicator]) -> None:
    run = asked(indicators["identity.residents"])
    carry_out(run)
    first = stored(run).cut_off
    carry_out(run)
    assert stored(run).cut_off == first


def test_nothing_suppressed_is_stored(members: list[Municipality], indicators: dict[str, Indicator]) -> None:
    run = asked(indicators["identity.residents"])
    carry_out(run)
    done = stored(run)
    assert "45" not in {row["value"] for row in done.result["rows"]}
    for svg in done.charts.values():
        assert ">45<" not in svg
        assert ">3<" not in svg


def test_lost_lease_stores_nothing(
    members: list[Municipality], indicators: dict[str, Indicator], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(indicators["identity.residents"])
    draw = tasks.draw

    def overtaken(*args: object) -> dict[str, str]:
        with context.report():
            leases.Job.objects.filter(pk=run.job_id).update(fencing=99)
        return draw(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "draw", overtaken)
    carry_out(run)
    assert stored(run).result is None
    assert job_state(run) == "running"


def test_a_defect_ends_the_job_with_an_error(
    members: list[Municipality], indicators: dict[str, Indicator], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(tasks, "build", broken)
    run = asked(indicators["identity.residents"])
    carry_out(run)
    assert (job_state(run), stored(run).job.error, stored(run).result) == ("failed", "internal", None)
    assert told_of_failure(run)


def test_who_asked_is_told_when_the_sweeper_gives_up(
    members: list[Municipality], indicators: dict[str, Indicator]
) -> None:
    run = asked(indicators["identity.residents"])
    with context.worker():
        leases.Job.objects.filter(pk=run.job_id).update(
            state="running", attempts=leases.MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(minutes=1)
        )
    requeue_expired.apply(headers=HOUSEKEEPING, throw=True)
    assert (job_state(run), stored(run).job.error) == ("failed", "attempts_exhausted")
    assert told_of_failure(run)


def test_notice_that_cannot_be_made_holds_up_no_end(
    members: list[Municipality], indicators: dict[str, Indicator]
) -> None:
    """Not of the job itself, and not of the others that the same sweep gives up."""
    runs = [asked(indicators[key]) for key in ("identity.residents", "dx_budget")]
    with context.worker():
        leases.Job.objects.filter(pk=runs[0].job_id).update(arguments={"run": str(runs[0].pk)})
        leases.Job.objects.filter(pk__in=[run.job_id for run in runs]).update(
            state="running", attempts=leases.MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(minutes=1)
        )
    requeue_expired.apply(headers=HOUSEKEEPING, throw=True)
    assert [job_state(run) for run in runs] == ["failed", "failed"]
    assert told_of_failure(runs[1])


def told_of_failure(run: ReportRun) -> bool:
    """Once."""
    with context.worker():
        (one,) = Announcement.objects.filter(kind="report.failed")
        return (one.target, one.values["fiscal_year"]) == ({"run": str(run.pk)}, YEAR)


def test_one_statement_reads_all_members(
    members: list[Municipality], indicators: dict[str, Indicator], django_assert_num_queries
) -> None:
    with context.report(), django_assert_num_queries(1):
        found = figures.figures(indicators["identity.residents"].pk, YEAR, actions.timezone.localdate())
    assert [member.code for member in found.members] == sorted(one.code for one in members)
    assert found.members[0].population == Decimal(120_000)


def test_those_who_left_are_not_counted(
    members: list[Municipality], indicators: dict[str, Indicator], takasaki: Municipality
) -> None:
    with context.secretariat():
        tasks_day = actions.timezone.localdate()
        Membership.objects.filter(municipality=takasaki).update(ends_on=tasks_day)
    with context.report():
        found = figures.figures(indicators["identity.residents"].pk, YEAR, tasks_day)
    assert takasaki.code not in {member.code for member in found.members}


def test_without_audit_row_there_is_no_run(
    indicators: dict[str, Indicator], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "record", refuse)
    with pytest.raises(RuntimeError):
        asked(indicators["dx_budget"])
    with context.secretariat():
        assert not ReportRun.objects.exists()
        assert not leases.Job.objects.exists()


def test_only_the_secretariat_starts_reports(
    maebashi: Municipality, indicators: dict[str, Indicator]
) -> None:
    editor = Actor(ActorKind.STAFF, id="e", permissions=frozenset({"reporting.record"}))
    with context.tenant(maebashi.pk), pytest.raises(PermissionDenied):
        actions.request_report(by=editor, indicator=indicators["dx_budget"], fiscal_year=YEAR)


def test_figures_are_recorded_in_one_statement_and_audited(
    maebashi: Municipality, indicators: dict[str, Indicator], django_assert_max_num_queries
) -> None:
    rows = [actions.Figure("dx_budget", year, Decimal(year)) for year in range(2018, 2026)]
    with context.tenant(maebashi.pk):
        with django_assert_max_num_queries(5):
            assert actions.record_observations(by=system_actor("test"), figures=rows) == 8
        actions.record_observations(by=system_actor("test"), figures=rows)
        assert Observation.objects.count() == 8
        assert Event.objects.filter(action="observation.recorded").count() == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [("dx_budget", "-1"), ("dx_budget", "1.5"), ("online_application_rate", "101"), ("dx_budget", "NaN"),
     ("online_application_rate", "1.234"), ("no_such_indicator", "1"), ("dx_budget", "1e30")],
)  # fmt: skip
def test_impossible_figures_are_refused(
    maebashi: Municipality, indicators: dict[str, Indicator], key: str, value: str
) -> None:
    with context.tenant(maebashi.pk), pytest.raises(ValidationError):
        actions.record_observation(
            by=system_actor("test"), indicator=key, fiscal_year=YEAR, value=Decimal(value)
        )


def test_members_see_their_own_figures_only(
    members: list[Municipality], maebashi: Municipality, takasaki: Municipality
) -> None:
    with context.tenant(takasaki.pk):
        assert {one.municipality_id for one in Observation.visible.all()} == {takasaki.pk}


def test_the_secretariat_sees_who_reported_but_no_figure(members: list[Municipality]) -> None:
    with context.secretariat():
        assert Observation.visible.values("municipality_id", "status").count() == 8
    with pytest.raises(DatabaseError), transaction.atomic(), context.secretariat():
        list(Observation.visible.values_list("value"))


@pytest.mark.parametrize("model", [User, Event])
def test_the_report_role_reads_no_person_and_no_log(model: type) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), context.report():
        list(model.objects.all()[:1])


def test_the_report_role_changes_no_figure(members: list[Municipality]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), context.report():
        Observation.visible.update(value=1)
