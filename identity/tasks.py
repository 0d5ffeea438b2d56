"""Scheduled work."""

from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.reporting.queries import members
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.tasks import ContextTask

from .actions.figures import report_residents

log = get_logger()


class CountResidents(ContextTask):
    """Report each member's number of residents, one short transaction for each."""

    name = "identity.tasks.count_residents"

    def run(self) -> None:
        with self.opened():
            municipalities = [municipality.pk for municipality in members(timezone.localdate())]
        by, changed = system_actor(self.name), 0
        for municipality_id in municipalities:
            with context.worker(municipality_id):
                changed += report_residents(by=by)
        log.info("residents_counted", members=len(municipalities), changed=changed)


count_residents: CountResidents = app.register_task(CountResidents())
