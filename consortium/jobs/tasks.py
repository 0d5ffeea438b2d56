from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .leases import give_up, take_back
from .queue import publish

log = get_logger()


class RequeueExpired(ContextTask):
    """Publish anew what has outlived its lease: killed workers, lost messages."""

    name = "consortium.jobs.tasks.requeue_expired"

    def run(self) -> None:
        with self.opened():
            given_up = give_up()
            jobs = take_back()
        for job in jobs:
            publish(job)
        if jobs or given_up:
            log.warning("jobs_requeued", requeued=len(jobs), given_up=given_up)


requeue_expired: RequeueExpired = app.register_task(RequeueExpired())
