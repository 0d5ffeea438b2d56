"""Papers of plans. A plan as long as allowed takes a quarter of a minute to set: too long for a request."""

from django.utils import translation

from consortium.celery import app
from consortium.documents.typesetting import render
from consortium.jobs.base import JobTask, Steps
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality

from .actions.printing import PRINT_REVISION, keep_paper
from .documents import TEMPLATE, plan_data
from .models import PlanRevision


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
