"""Base of tasks that work on a job row, step by step."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from structlog import get_logger

from consortium.tenancy.tasks import ContextTask

from .leases import Lease, LeaseLost, claim, fail, finish, heartbeat
from .models import Job

log = get_logger()


class JobFailed(Exception):
    """Trying again is of no use; the message is the job's error code."""


@dataclass(frozen=True)
class Steps:
    """A claimed job. Each step is one short transaction that begins by proving and prolonging the lease.

    What takes seconds and needs no database (drawing a chart) is done between two steps, within a lease.
    """

    task: "JobTask"
    lease: Lease
    total: int

    @contextmanager
    def step(self, number: int, message: str) -> Iterator[Job]:
        """number: of the step, from 0. Raises LeaseLost."""
        with self.task.opened():
            heartbeat(self.lease, progress_done=number, progress_total=self.total, message=message)
            yield Job.objects.get(pk=self.lease.job_id)

    @contextmanager
    def last(self, number: int, message: str) -> Iterator[Job]:
        """The step after which the job is done: its writes and the job's end are one commit."""
        with self.step(number, message) as job:
            yield job
            finish(self.lease)


class JobTask(ContextTask):
    """Subclasses set `name` and `total` and implement `work`, idempotent from its first step.

    An outage of the database is waited out: the lease expires and the job is queued anew. Any other error
    ends the job.
    """

    abstract = True
    total = 1

    def run(self, job_id: str) -> None:
        with self.opened():
            lease = claim(UUID(job_id))
        if lease is None:
            log.info("job_not_free", job=job_id)
            return
        self._carry_out(Steps(self, lease, self.total))

    def work(self, steps: Steps) -> Any:
        raise NotImplementedError

    def failed(self, job: Job) -> None:
        """Tell who waits, in the transaction that ends the job: the task's own, or the sweeper's."""

    def tell(self, job: Job) -> None:
        """`failed`, which must not undo the job's end, nor the ends of other jobs of the same sweep."""
        try:
            with transaction.atomic():
                self.failed(job)
        except Exception:  # a defect of the notice; the job's end is seen on its page
            log.exception("job_failure_untold", job=str(job.pk), kind=job.kind)

    def _carry_out(self, steps: Steps) -> None:
        job = str(steps.lease.job_id)
        try:
            self.work(steps)
            log.info("job_done", job=job, kind=self.name)
        except LeaseLost:
            log.warning("job_lease_lost", job=job)
        except (OperationalError, InterfaceError):
            log.warning("job_interrupted", job=job, exc_info=True)
        except JobFailed as reason:
            self._fail(steps.lease, str(reason))
        except Exception:  # whatever it is, the person who waits must see an end
            log.exception("job_broke", job=job)
            self._fail(steps.lease, "internal")

    def _fail(self, lease: Lease, error: str) -> None:
        log.warning("job_failed", job=str(lease.job_id), error=error)
        with suppress(LeaseLost), self.opened():
            fail(lease, error)
            self.tell(Job.objects.get(pk=lease.job_id))
