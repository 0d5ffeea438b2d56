"""Revisions of the own plans, and the papers of any."""

from django.db.models import QuerySet

from consortium.files.models import StoredFile
from consortium.files.queries import made_of
from consortium.jobs.models import Job
from shared_plans.domain.document import Document
from shared_plans.domain.parts import joined
from shared_plans.models import Plan, PlanRevision, PlanRevisionPrivate


def own_revisions(plan: Plan) -> QuerySet[PlanRevision]:
    """Newest first, without their texts."""
    found: QuerySet[PlanRevision] = PlanRevision.objects.filter(plan=plan).defer("content", "search_text")
    return found.order_by("-number")


def own_revision(plan: Plan, number: int) -> PlanRevision | None:
    found: PlanRevision | None = PlanRevision.objects.filter(plan=plan, number=number).first()
    return found


def private_part(revision: PlanRevision) -> PlanRevisionPrivate | None:
    """Of an own revision, if it withholds anything."""
    found: PlanRevisionPrivate | None = PlanRevisionPrivate.objects.filter(revision=revision).first()
    return found


def whole_document(revision: PlanRevision) -> Document:
    """An own revision with what it withholds from others. Of other municipalities' it is the shared part."""
    private = private_part(revision) if revision.private_commitment else None
    return joined(revision.content, private.content if private else {})


def paper_of(revision: PlanRevision) -> StoredFile | None:
    """The revision as PDF, own or shared, once it is made."""
    return made_of(revision.pk, "plan_paper")


def print_key(revision: PlanRevision) -> str:
    """What the run keys of the jobs that make a revision's paper begin with."""
    return f"plan-paper:{revision.pk}:"


def print_job(revision: PlanRevision) -> Job | None:
    """The latest that makes an own revision's paper."""
    return Job.objects.filter(run_key__startswith=print_key(revision)).order_by("-created_at").first()
