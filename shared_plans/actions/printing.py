"""The paper of a published revision: asked for at publication, made by a worker, kept with the revision."""

from typing import Final
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.domain.file_names import clean_name
from consortium.domain.file_types import FileKind
from consortium.files.keeping import keep_made
from consortium.files.models import StoredFile
from consortium.files.purposes import Purpose, register
from consortium.jobs.models import Job
from consortium.jobs.queue import enqueue
from consortium.membership.permissions import PortalPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from shared_plans.models import Plan, PlanRevision, Visibility
from shared_plans.queries.revisions import paper_of, print_job, print_key

PRINT_REVISION: Final = "shared_plans.tasks.print_revision"
PLAN_PAPER: Final = register(
    Purpose(
        key="plan_paper",
        label=_("計画書"),
        kinds=frozenset({FileKind.PDF}),
        permission=PortalPermission.VIEW,
    )
)


@action(PortalPermission.VIEW)
def print_revision(*, by: Actor, revision: PlanRevision) -> Job | None:
    """Have the paper made, unless it is there or under way."""
    Plan.objects.select_for_update().get(pk=revision.plan_id)
    job = print_job(revision)
    if paper_of(revision) or (job and job.is_open):
        return None
    job = enqueue(
        by=by,
        kind=PRINT_REVISION,
        run_key=f"{print_key(revision)}{uuid4().hex[:8]}",
        arguments={"revision": str(revision.pk)},
    )
    record(by=by, action="plan.paper_requested", target=revision, detail={"number": revision.number})
    return job


@action(kinds=(ActorKind.SYSTEM,))
def keep_paper(*, by: Actor, revision: PlanRevision, content: bytes) -> StoredFile:
    """Keep what a worker has made. The plan is locked, so that sharing is not changed meanwhile."""
    Plan.objects.select_for_update().get(pk=revision.plan_id)
    current = PlanRevision.objects.only("visibility", "reader_ids").get(pk=revision.pk)
    if earlier := paper_of(revision):
        return earlier
    file = keep_made(
        by=by,
        purpose=PLAN_PAPER,
        name=clean_name(f"{revision.title}_第{revision.number}版.pdf"),
        kind=FileKind.PDF,
        content=content,
        about=revision.pk,
        language="ja",
        kept=True,
        shared=current.visibility != Visibility.PRIVATE,
        reader_ids=current.reader_ids if current.visibility == Visibility.NAMED else None,
    )
    record(by=by, action="plan.paper_made", target=revision, detail={"sha256": file.sha256})
    return file
