"""Scheduled work of the platform itself."""

from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.jobs.base import JobTask, Steps
from consortium.jobs.queue import enqueue
from consortium.tenancy.actor import system_actor
from consortium.tenancy.sync import retentions
from consortium.tenancy.tasks import ContextTask

from . import pulse
from .housekeeping import BATCH, note_removal, remove_batch
from .queries import backlogs

log = get_logger()
KEEP_HOUSE = "consortium.operations.tasks.keep_house"


class Pulse(ContextTask):
    """Beat, broker and a worker of this queue are alive; the default queue's also counts what waits."""

    name = "consortium.operations.tasks.pulse"

    def run(self) -> None:
        queue = (self.request.delivery_info or {}).get("routing_key") or "default"
        if queue != "default":  # the report login may not look at other queues' jobs
            pulse.beat(queue, {})
            return
        with self.opened():
            counted = backlogs()
        pulse.beat(queue, counted)


class KeepHouse(JobTask):
    """May be broken off and begun again at any point. Each batch proves and prolongs the lease."""

    name = KEEP_HOUSE
    total = 1

    def work(self, steps: Steps) -> None:
        removed: dict[str, int] = {}
        for table, key, retention in retentions():
            gone = BATCH
            while gone == BATCH:
                with steps.step(0, "removing"):
                    gone = remove_batch(table, key, retention)
                removed[table] = removed.get(table, 0) + gone
        counted = {table: rows for table, rows in removed.items() if rows}
        with steps.last(0, "done"):
            note_removal(by=system_actor("housekeeping"), removed=counted)
        log.info("house_kept", removed=counted)


class AskForHousekeeping(ContextTask):
    """Ticks more often than it asks: a tick that finds this hour's job leaves it be."""

    name = "consortium.operations.tasks.ask_for_housekeeping"

    def run(self) -> None:
        with self.opened():
            hour = timezone.localtime().strftime("%Y-%m-%dT%H")
            enqueue(by=system_actor("housekeeping"), kind=KEEP_HOUSE, run_key=f"housekeeping:{hour}")


keep_house: KeepHouse = app.register_task(KeepHouse())
ask_for_housekeeping: AskForHousekeeping = app.register_task(AskForHousekeeping())
take_pulse: Pulse = app.register_task(Pulse())
