"""Who may work on a job now. All times are the database's.

Each function is one statement on the job's row. What a worker writes, it writes in the transaction of its
heartbeat: the row lock keeps others out until the commit, and whoever lost the lease writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Greatest, Now

from consortium.tenancy import context

from .models import MAX_ATTEMPTS, Job, State, lease_length

NEVER_STARTED_AFTER = timedelta(days=1)


class LeaseLost(Exception):
    """Somebody else works on the job, or nobody any more."""


@dataclass(frozen=True)
class Lease:
    job_id: UUID
    fencing: int


def claim(job_id: UUID) -> Lease | None:
    """Take a queued job, or a running one whose lease is over. None: it is not to be had."""
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=Now())
    taken = Job.objects.filter(
        free,
        pk=job_id,
        municipality_id=context.require().municipality_id,
        attempts__lt=MAX_ATTEMPTS,
    ).update(
        state=State.RUNNING,
        fencing=F("fencing") + 1,
        attempts=F("attempts") + 1,
        lease_until=Now() + lease_length(),
        heartbeat_at=Now(),
        progress_done=0,
        message="",
    )
    return Lease(job_id, Job.objects.values_list("fencing", flat=True).get(pk=job_id)) if taken else None


def heartbeat(lease: Lease, **progress: int | str) -> None:
    """Prolong the lease. progress: progress_done, progress_total, message. Raises LeaseLost."""
    _write(lease, lease_until=Now() + lease_length(), heartbeat_at=Now(), **progress)


def finish(lease: Lease) -> None:
    """Raises LeaseLost."""
    _write(lease, state=State.DONE, finished_at=Now(), progress_done=F("progress_total"), message="")


def fail(lease: Lease, error: str) -> None:
    """error: a code. Raises LeaseLost."""
    _write(lease, state=State.FAILED, finished_at=Now(), error=error)


def _write(lease: Lease, **values: Any) -> None:
    held = Job.objects.filter(pk=lease.job_id, fencing=lease.fencing, state=State.RUNNING)
    if not held.update(**values):
        raise LeaseLost(str(lease.job_id))


def give_up() -> Sequence[Job]:
    """Fail what was begun too often, or never in a day; returns what was failed."""
    exhausted = Q(state=State.RUNNING, attempts__gte=MAX_ATTEMPTS)
    forgotten = Q(state=State.QUEUED, created_at__lt=Now() - NEVER_STARTED_AFTER)
    over = Job.objects.filter(exhausted | forgotten, lease_until__lt=Now())
    jobs = list(over.select_for_update(skip_locked=True))
    for job in jobs:
        job.error = "attempts_exhausted" if job.state == State.RUNNING else "never_started"
        Job.objects.filter(pk=job.pk).update(
            state=State.FAILED, finished_at=Now(), error=job.error, fencing=F("fencing") + 1
        )
    return jobs


def take_back(limit: int = 500) -> Sequence[Job]:
    """Queue anew what has outlived its lease, for the caller to publish; not what a step holds just now.

    A job that waits in a long queue is published ever more seldom: at first after one lease, then after
    half its age.
    """
    expired = Job.objects.filter(state__in=[State.QUEUED, State.RUNNING], lease_until__lt=Now())
    jobs = list(expired.order_by("lease_until").select_for_update(skip_locked=True)[:limit])
    half_age = ExpressionWrapper((Now() - F("created_at")) / Value(2), output_field=DurationField())
    pause = Greatest(Value(lease_length(), DurationField()), half_age)
    queued = Job.objects.filter(pk__in=[job.pk for job in jobs])
    running = queued.filter(state=State.RUNNING)
    running.update(state=State.QUEUED, fencing=F("fencing") + 1, lease_until=Now() + lease_length())
    queued.filter(lease_until__lt=Now()).update(
        lease_until=ExpressionWrapper(Now() + pause, output_field=DateTimeField())
    )
    return jobs
