"""Reads about plans: the own ones, and the library of what all members have published."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from consortium.files.models import StoredFile
from consortium.files.queries import made_of
from consortium.jobs.models import Job
from consortium.search import search
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality, Prefecture

from .models import (
    FrameworkEdition,
    NationalItem,
    Plan,
    PlanAdoption,
    PlanAttachment,
    PlanRevision,
    PlanStatus,
    Visibility,
)


def editions() -> QuerySet[FrameworkEdition]:
    """Newest first."""
    found: QuerySet[FrameworkEdition] = FrameworkEdition.objects.order_by("-order")
    return found


def items_of(edition: FrameworkEdition) -> list[NationalItem]:
    return list(NationalItem.objects.filter(edition=edition).order_by("number"))


def plans() -> QuerySet[Plan]:
    """The own plans without their texts, last touched first."""
    found: QuerySet[Plan] = Plan.objects.select_related("edition").defer("draft")
    return found.order_by("-updated_at", "-id")


def plans_in(status: PlanStatus) -> QuerySet[Plan]:
    """Own plans."""
    found: QuerySet[Plan] = Plan.objects.filter(status=status)
    return found


def plan(plan_id: UUID, *, lock: bool = False) -> Plan | None:
    """lock: held until the end of the transaction."""
    found: Plan | None = _plans(lock=lock).select_related("edition").filter(pk=plan_id).first()
    return found


def _plans(*, lock: bool) -> QuerySet[Plan]:
    every: QuerySet[Plan] = Plan.objects.select_for_update(of=("self",)) if lock else Plan.objects.all()
    return every


def revisions(plan: Plan) -> QuerySet[PlanRevision]:
    """Newest first, without their texts."""
    found: QuerySet[PlanRevision] = PlanRevision.objects.filter(plan=plan).defer("content", "search_text")
    return found.order_by("-number")


def revision(plan: Plan, number: int) -> PlanRevision | None:
    found: PlanRevision | None = PlanRevision.objects.filter(plan=plan, number=number).first()
    return found


def adoption_of(plan: Plan) -> PlanAdoption | None:
    """Where the plan was adopted from."""
    found: PlanAdoption | None = PlanAdoption.objects.filter(plan=plan).defer("base").first()
    return found


def attachments_of(plan: Plan) -> QuerySet[PlanAttachment]:
    """Of the working copy, in the order in which they were put."""
    found: QuerySet[PlanAttachment] = PlanAttachment.objects.filter(plan=plan).select_related("file")
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


def waiting_for(actor: Actor) -> QuerySet[Plan]:
    """Plans in review that this actor may decide on: not those she, or whose deputy she is, had a hand in."""
    waiting = plans().filter(status=PlanStatus.IN_REVIEW)
    for person in actor.persons:
        waiting = waiting.exclude(authors__contains=[person])
    return waiting


def returned_to(actor: Actor) -> QuerySet[Plan]:
    """Drafts the actor had a hand in that an approver sent back."""
    returned = plans().filter(status=PlanStatus.DRAFT, authors__contains=[actor.id])
    return returned.exclude(returned_reason="")


@dataclass(frozen=True)
class LibraryFilter:
    """Empty texts filter nothing. q is compared by its search key, so width, case and kana don't matter."""

    q: str = ""
    item: str = ""
    prefecture: str = ""


def library(wanted: LibraryFilter, reader: Municipality) -> QuerySet[PlanRevision]:
    """The latest shared revision of every member's plan; municipalities like the reader's come first."""
    shared = PlanRevision.visible.filter(visibility=Visibility.CONSORTIUM, is_latest=True)
    if wanted.q:
        shared = search(shared, wanted.q)
    if wanted.item:
        shared = shared.filter(item_keys__contains=[wanted.item])
    if wanted.prefecture:
        shared = shared.filter(municipality__prefecture=wanted.prefecture)
    alike = Case(
        When(municipality__kind=reader.kind, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found: QuerySet[PlanRevision] = shared.select_related("municipality__prefecture", "edition")
    return found.defer("content", "search_text").order_by(alike, "-published_at", "-id")


def shared_revision(revision_id: UUID) -> PlanRevision | None:
    """A revision that its owner shares now, of whichever member."""
    shared = PlanRevision.visible.filter(visibility=Visibility.CONSORTIUM)
    found: PlanRevision | None = (
        shared.select_related("municipality__prefecture", "edition").filter(pk=revision_id).first()
    )
    return found


def own_copy(revision: PlanRevision) -> PlanAdoption | None:
    """The adoption by which the open context's municipality already has this very revision."""
    copies = PlanAdoption.objects.select_related("plan")
    found: PlanAdoption | None = copies.filter(
        source_plan_id=revision.plan_id, source_revision_hash=revision.hash
    ).first()
    return found


def prefectures_in_library() -> list[Prefecture]:
    shared = PlanRevision.visible.filter(visibility=Visibility.CONSORTIUM, is_latest=True)
    return list(
        Prefecture.objects.filter(code__in=shared.values("municipality__prefecture")).order_by("code")
    )


def all_items() -> list[NationalItem]:
    """Items of every edition, the newest edition first."""
    return list(NationalItem.objects.order_by("-edition__order", "number"))
