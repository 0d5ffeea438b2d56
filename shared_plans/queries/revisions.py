"""Revisions of the own plans, and the papers of any."""

from django.db.models import QuerySet

from consortium.files.models import StoredFile
from consortium.files.queries import made_of
from consortium.jobs.models import Job
from shared_plans.models import Plan, PlanRevision


def own_revisions(plan: Plan) -> QuerySet[PlanRevision]:
    """Newest first, without their texts."""
    found: QuerySet[PlanRevision] = PlanRevision.objects.filter(plan=plan).defer("content", "search_text")
    return found.order_by("-number")


def own_revision(plan: Plan, number: int) -> PlanRevision | None:
    found: PlanRevision | None = PlanRevision.objects.filter(plan=plan, number=number).first()
    return found


def paper_of(revision: PlanRevision) -> StoredFile | None:
    """The revision as PDF, own or shared, once it is made."""
    return made_of(revision.pk, "plan_paper")


def print_key(revision: PlanRevision) -> str:
    """What the run keys of the jobs that make a revision's paper begin with."""
    return f"plan-paper:{revision.pk}:"


def print_job(revision: PlanRevision) -> Job | None:
    """The latest that makes an own revision's paper."""
    return Job.objects.filter(run_key__startswith=print_key(revision)).order_by("-created_at").first()
