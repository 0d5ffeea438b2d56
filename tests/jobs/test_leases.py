from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from consortium.jobs import leases, queue
from consortium.jobs.models import MAX_ATTEMPTS, REPORTS, Job, State
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db
KIND = "consortium.jobs.tasks.requeue_expired"
REPORT_KIND = "consortium.reporting.tasks.run_report"
US = system_actor("test")


def ask(run_key: str = "one", kind: str = KIND) -> Job:
    with context.secretariat():
        return queue.enqueue(by=US, kind=kind, run_key=run_key)


def claim(job: Job) -> leases.Lease | None:
    with context.worker():
        return leases.claim(job.pk)


def stored(job: Job) -> Job:
    with context.worker():
        return Job.objects.get(pk=job.pk)


def expire(job: Job) -> None:
    with context.worker():
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_asking_twice_gives_one_job() -> None:
    assert ask().pk == ask().pk


def test_run_keys_of_municipalities_do_not_meet(maebashi: Municipality, takasaki: Municipality) -> None:
    ids = set()
    for municipality in (maebashi, takasaki):
        with context.tenant(municipality.pk):
            ids.add(queue.enqueue(by=US, kind=KIND, run_key="same").pk)
    assert len(ids) == 2


def test_the_routes_choose_the_queue() -> None:
    assert ask("a").queue == "default"
    assert ask("b", REPORT_KIND).queue == REPORTS


def test_is_published_after_commit_with_its_headers(
    django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[UUID] = []
    monkeypatch.setattr(queue, "publish", lambda job: sent.append(job.pk))
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
        assert not sent
    assert sent == [job.pk]


def test_the_row_stays_when_the_broker_is_away(
    django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(queue.app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
    assert stored(job).state == State.QUEUED


def test_is_claimed_once() -> None:
    job = ask()
    assert claim(job) == leases.Lease(job.pk, 1)
    assert claim(job) is None


def test_is_not_claimed_for_another_municipality(maebashi: Municipality) -> None:
    job = ask()
    with context.worker(maebashi.pk):
        assert leases.claim(job.pk) is None
    assert claim(job)


def test_an_unknown_job_is_not_claimed() -> None:
    with context.worker():
        assert leases.claim(uuid4()) is None


def test_expired_lease_passes_to_the_next_and_the_former_can_not_write() -> None:
    job = ask()
    first = claim(job)
    expire(job)
    second = claim(job)
    assert first
    assert second
    assert second.fencing > first.fencing
    for write in (leases.heartbeat, leases.finish, lambda lease: leases.fail(lease, "late")):
        with pytest.raises(leases.LeaseLost), context.worker():
            write(first)
    with context.worker():
        leases.heartbeat(second, progress_done=1, progress_total=2)
        leases.finish(second)
    assert (stored(job).state, stored(job).percent) == (State.DONE, 100)


def test_lost_lease_undoes_the_step_that_it_was_proved_in() -> None:
    job = ask()
    lease = claim(job)
    assert lease
    expire(job)
    claim(job)
    with pytest.raises(leases.LeaseLost), context.worker():
        Job.objects.filter(pk=job.pk).update(message="half")
        leases.heartbeat(lease)
    assert stored(job).message == ""


def test_sweeper_takes_back_expired_jobs_once() -> None:
    queued, running, fresh = ask("queued"), ask("running"), ask("fresh")
    lease = claim(running)
    expire(queued)
    expire(running)
    with context.worker():
        assert {job.pk for job in leases.take_back()} == {queued.pk, running.pk}
        assert leases.take_back() == []
    assert stored(fresh).state == State.QUEUED
    assert stored(running).state == State.QUEUED
    with pytest.raises(leases.LeaseLost), context.worker():
        leases.heartbeat(lease)


def test_gives_up_after_the_last_attempt() -> None:
    job = ask()
    for _attempt in range(MAX_ATTEMPTS):
        assert claim(job)
        expire(job)
    assert claim(job) is None
    with context.worker():
        assert [one.pk for one in leases.give_up()] == [job.pk]
    assert (stored(job).state, stored(job).error) == (State.FAILED, "attempts_exhausted")


def test_gives_up_what_nobody_began_in_a_day() -> None:
    job = ask()
    expire(job)
    with context.worker():
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=2))
        assert [one.pk for one in leases.give_up()] == [job.pk]
    assert stored(job).error == "never_started"


def test_a_municipality_sees_its_own_jobs_only(maebashi: Municipality, takasaki: Municipality) -> None:
    with context.tenant(maebashi.pk):
        job = queue.enqueue(by=US, kind=KIND, run_key="own")
        assert Job.objects.filter(pk=job.pk).exists()
    with context.tenant(takasaki.pk):
        assert not Job.objects.filter(pk=job.pk).exists()
    with context.secretariat():
        assert not Job.objects.filter(pk=job.pk).exists()


@pytest.mark.parametrize("change", [{"state": State.DONE}, {"fencing": 9}, {"message": "x"}])
def test_those_who_ask_change_nothing(maebashi: Municipality, change: dict[str, object]) -> None:
    with context.tenant(maebashi.pk):
        job = queue.enqueue(by=US, kind=KIND, run_key="own")
    with pytest.raises(DatabaseError), transaction.atomic(), context.tenant(maebashi.pk):
        Job.objects.filter(pk=job.pk).update(**change)


def test_the_report_role_works_on_its_own_queue_only() -> None:
    other, own = ask("other"), ask("own", REPORT_KIND)
    with context.report():
        assert leases.claim(other.pk) is None
        assert leases.claim(own.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), context.report():
        Job.objects.filter(pk=own.pk).update(kind="something.else")
