"""The library of what all members have published."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, QuerySet, Value, When

from consortium.search import search
from consortium.tenancy.models import Municipality, Prefecture
from shared_plans.models import PlanAdoption, PlanRevision, Visibility

from .readable import readable_revisions


@dataclass(frozen=True)
class LibraryFilter:
    """Empty texts filter nothing. q is compared by its search key, so width, case and kana don't matter."""

    q: str = ""
    item: str = ""
    prefecture: str = ""


def library(wanted: LibraryFilter, reader: Municipality) -> QuerySet[PlanRevision]:
    """The latest shared revision of every member's plan; municipalities like the reader's come first."""
    shared = readable_revisions()
    if wanted.q:
        shared = search(shared, wanted.q)
    if wanted.item:
        shared = shared.filter(item_keys__contains=[wanted.item])
    if wanted.prefecture:
        shared = shared.filter(municipality__prefecture=wanted.prefecture)
    alike = Case(
        When(municipality__kind=reader.kind, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return shared.order_by(alike, "-published_at", "-id")


def own_copy(revision: PlanRevision) -> PlanAdoption | None:
    """The adoption by which the open context's municipality already has this very revision as a whole."""
    copies = PlanAdoption.objects.select_related("plan")
    found: PlanAdoption | None = copies.filter(
        whole=True, source_plan_id=revision.plan_id, source_revision_hash=revision.hash
    ).first()
    return found


def prefectures_in_library() -> list[Prefecture]:
    shared = PlanRevision.visible.filter(is_latest=True).exclude(visibility=Visibility.PRIVATE)
    return list(
        Prefecture.objects.filter(code__in=shared.values("municipality__prefecture")).order_by("code")
    )
