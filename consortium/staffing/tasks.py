"""What comes into force by its date."""

from structlog import get_logger

from consortium.celery import app
from consortium.membership.queries import members
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.tasks import ContextTask

from .actions import take_effect

log = get_logger()


class TurnOver(ContextTask):
    """Note each member's changes that have come into force; the posts' dates need nobody for that."""

    name = "consortium.staffing.tasks.turn_over"

    def run(self) -> None:
        with self.opened():
            municipalities = [one.municipality_id for one in members()]
        by, changed = system_actor(self.name), 0
        for municipality_id in municipalities:
            with context.worker(municipality_id):
                changed += take_effect(by=by)
        if changed:
            log.info("posts_turned_over", changes=changed)


turn_over: TurnOver = app.register_task(TurnOver())
