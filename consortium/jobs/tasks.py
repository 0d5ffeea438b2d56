from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .base import JobTask
from .leases import give_up, take_back
from .models import Job
from .queue import publish

log = get_logger()


class RequeueExpired(ContextTask):
    """Publish anew what has outlived its lease: killed workers, lost messages."""

    name = "consortium.jobs.tasks.requeue_expired"

    def run(self) -> None:
        with self.opened():
            given_up = give_up()
            for job in given_up:
                _tell(job)
            jobs = take_back()
        for job in jobs:
            publish(job)
        if jobs or given_up:
            log.warning("jobs_requeued", requeued=len(jobs), given_up=len(given_up))


def _tell(job: Job) -> None:
    task = app.tasks.get(job.kind)
    if isinstance(task, JobTask):
        task.tell(job)


requeue_expired: RequeueExpired = app.register_task(RequeueExpired())
