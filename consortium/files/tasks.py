from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.jobs.base import JobTask, Steps
from consortium.jobs.queue import enqueue
from consortium.tenancy.actor import system_actor
from consortium.tenancy.tasks import ContextTask

from . import janitor

log = get_logger()
CLEAN_UP = "consortium.files.tasks.clean_up"


class CleanUp(JobTask):
    """Once a day; may be broken off and begun again at any point."""

    name = CLEAN_UP
    total = 2

    def work(self, steps: Steps) -> None:
        with steps.step(0, "expiring"):
            expired = janitor.expire()
            folders = janitor.folders()
        findings = janitor.Findings()
        for folder in folders:
            with steps.step(1, "comparing"):
                pass  # each folder is compared within a lease of its own
            janitor.compare(folder, findings)
        with steps.last(1, "done"):
            log.info("files_cleaned_up", expired=expired, removed=findings.removed, missing=findings.missing)


class AskForCleanUp(ContextTask):
    """Ticks every hour: a beat that is restarted daily would never come to the end of a day's interval."""

    name = "consortium.files.tasks.ask_for_clean_up"

    def run(self) -> None:
        with self.opened():
            enqueue(by=system_actor("files"), kind=CLEAN_UP, run_key=f"files:{timezone.localdate()}")


clean_up: CleanUp = app.register_task(CleanUp())
ask_for_clean_up: AskForCleanUp = app.register_task(AskForCleanUp())
