"""Papers of plans, and what comes round by its day.

A plan as long as allowed takes a quarter of a minute to set: too long for a request.
"""

from django.utils import timezone, translation
from structlog import get_logger

from consortium.celery import app
from consortium.documents.typesetting import render
from consortium.domain.calendar import is_open
from consortium.jobs.base import JobTask, Steps
from consortium.membership.closing_days import closing_days
from consortium.membership.queries import members
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import ContextTask

from .actions import remind_of_reviews
from .actions.printing import PRINT_REVISION, keep_paper
from .actions.reminding import remind_of_deadlines
from .documents import TEMPLATE, plan_data
from .models import PlanRevision
from .queries.board import clock

log = get_logger()


class PrintRevision(JobTask):
    """The paper is in Japanese, as the plan is."""

    name = PRINT_REVISION
    total = 3

    def work(self, steps: Steps) -> None:
        with steps.step(0, "reading") as job, translation.override("ja"):
            revision = PlanRevision.objects.select_related("edition").get(pk=job.arguments["revision"])
            data = plan_data(revision, Municipality.objects.get(pk=revision.municipality_id))
        with steps.step(1, "printing"):
            pass  # setting the pages needs no database
        content = render(TEMPLATE, data, made_at=revision.published_at)
        with steps.last(2, "storing"):
            keep_paper(by=system_actor("printing"), revision=revision, content=content)


print_revision: PrintRevision = app.register_task(PrintRevision())


class OfEachMember(ContextTask):
    """Each member's share in a transaction of its own. Runs often, tells once.

    One that fails keeps none of the others from being told. Raises ExceptionGroup of those that did, after.
    """

    abstract = True

    def run(self) -> None:
        with self.opened():
            municipalities = [one.municipality_id for one in members()]
        told, failed = 0, []
        for municipality_id in municipalities:
            try:
                with context.worker(municipality_id):
                    told += self.tell()
            except Exception as error:  # whatever it is, the other members are told
                failed.append(error)
        log.info("reminded", task=self.name, members=len(municipalities), told=told, failed=len(failed))
        if failed:
            raise ExceptionGroup("Members that could not be reminded", failed)

    def tell(self) -> int:
        """The open municipality's people; of how many things they were told."""
        raise NotImplementedError


class RemindOfReviews(OfEachMember):
    """Writers, of plans whose review is near."""

    name = "shared_plans.tasks.remind_of_reviews"

    def tell(self) -> int:
        return remind_of_reviews(by=system_actor(self.name))


remind: RemindOfReviews = app.register_task(RemindOfReviews())


class RemindOfDeadlines(OfEachMember):
    """On days that are closed nobody."""

    name = "shared_plans.tasks.remind_of_deadlines"

    def tell(self) -> int:
        if not is_open(timezone.localdate(), closing_days()):
            return 0
        return remind_of_deadlines(by=system_actor(self.name), clock=clock())


remind_members: RemindOfDeadlines = app.register_task(RemindOfDeadlines())
