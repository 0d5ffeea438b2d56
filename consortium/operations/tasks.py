"""Scheduled work of the platform itself."""

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from . import pulse
from .queries import backlogs


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


take_pulse: Pulse = app.register_task(Pulse())
