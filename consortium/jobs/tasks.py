from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .leases import give_up, take_back
from .queue import publish

log = get_logger()


@app.task(bind=True)
def requeue_expired(self: ContextTask) -> None:
    """Publish anew what has outlived its lease: killed workers, lost messages."""
    with self.opened():
        given_up = give_up()
        jobs = take_back()
    for job in jobs:
        publish(job)
    if jobs or given_up:
        log.warning("jobs_requeued", requeued=len(jobs), given_up=given_up)
