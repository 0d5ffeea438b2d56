"""The library of what all members have published."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from consortium.search import search
from consortium.tenancy.models import Municipality
from shared_plans.models import AdoptionFact, CaseStatus, PlanAdoption, PlanRevision, SuccessCase

from .readable import readable_revisions


@dataclass(frozen=True)
class LibraryFilter:
    """What is empty filters nothing. q is compared by its search key, so width, case and kana don't matter.

    population, fiscal: a band of shared_plans.domain.similarity. adopters: at
    least so many municipalities. results: with a published success case.
    """

    q: str = ""
    item: str = ""
    area: str = ""
    prefecture: str = ""
    population: str = ""
    fiscal: str = ""
    adopters: str = ""
    results: str = ""


def library(wanted: LibraryFilter, reader: Municipality) -> QuerySet[PlanRevision]:
    """Those that answer the filter but for its bands; municipalities of the reader's kind come first."""
    alike = Case(
        When(municipality__kind=reader.kind, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = narrowed(readable_revisions(), wanted)
    if wanted.prefecture:
        found = found.filter(municipality__prefecture=wanted.prefecture)
    return found.order_by(alike, "-published_at", "-id")


def narrowed(rows: QuerySet[PlanRevision], wanted: LibraryFilter, *, but: str = "") -> QuerySet[PlanRevision]:
    """By what plans say and have achieved. but: a facet that is left out."""
    if wanted.q:
        rows = search(rows, wanted.q)
    if wanted.item and but != "item":
        rows = rows.filter(item_keys__contains=[wanted.item])
    if wanted.area and but != "area":
        rows = rows.filter(area_keys__contains=[wanted.area])
    if wanted.adopters and but != "adopters":
        rows = rows.filter(plan_id__in=adopted_by(int(wanted.adopters)))
    if wanted.results and but != "results":
        rows = rows.filter(plan_id__in=with_results())
    return rows


def adopted_by(least: int) -> QuerySet[AdoptionFact, UUID]:
    """Ids of plans that so many municipalities have adopted, as far as we may know."""
    facts = AdoptionFact.visible.order_by().values("source_plan_id")
    counted = facts.annotate(members=Count("municipality", distinct=True))
    found: QuerySet[AdoptionFact, UUID] = counted.filter(members__gte=least).values_list("source_plan_id")
    return found


def with_results() -> QuerySet[SuccessCase, UUID]:
    """Ids of plans with a measured effect that members may read."""
    found: QuerySet[SuccessCase, UUID] = SuccessCase.visible.filter(status=CaseStatus.PUBLISHED)
    return found.values_list("plan_id", flat=True)


def measured(plan_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the plans that have a measured effect."""
    return set(with_results().filter(plan_id__in=list(plan_ids)))


def with_texts(revision_ids: Iterable[UUID]) -> list[PlanRevision]:
    """Those of the revisions that we may read, of whichever edition of their plans."""
    found = readable_revisions(latest=False).filter(pk__in=list(revision_ids))
    return list(found.defer(None).defer("search_text"))


def own_copy(revision: PlanRevision) -> PlanAdoption | None:
    """The adoption by which the open context's municipality already has this very revision as a whole."""
    copies = PlanAdoption.objects.select_related("plan")
    found: PlanAdoption | None = copies.filter(
        whole=True, source_plan_id=revision.plan_id, source_revision_hash=revision.hash
    ).first()
    return found
