"""Reads about success cases: the own ones, and those that members have published."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from consortium.search import search
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality
from shared_plans.domain.similarity import likeness
from shared_plans.models import CaseStatus, PlanRevision, SuccessCase

from .facets import profiles_of
from .readable import readable_revisions


@dataclass(frozen=True)
class CaseFilter:
    """What is empty filters nothing."""

    q: str = ""
    item: str = ""
    area: str = ""


def published() -> QuerySet[SuccessCase]:
    found: QuerySet[SuccessCase] = SuccessCase.visible.filter(status=CaseStatus.PUBLISHED)
    return found


def cases(wanted: CaseFilter, reader: Municipality) -> QuerySet[SuccessCase]:
    """Those of municipalities like the reader's first, newest first within each."""
    rows = published()
    if wanted.q:
        rows = search(rows, wanted.q)
    if wanted.item:
        rows = rows.filter(item_keys__contains=[wanted.item])
    if wanted.area:
        rows = rows.filter(area_keys__contains=[wanted.area])
    return rows.select_related("municipality__prefecture").order_by(_rank(reader), "-published_at", "-id")


def _rank(reader: Municipality) -> Case:
    """Cases are few beside plans: the order of their municipalities fits into the statement."""
    profiles = profiles_of(published().order_by().values("municipality_id"), reader)
    own = profiles[reader.pk]
    score = {key: likeness(own, each).score for key, each in profiles.items() if key != reader.pk}
    ordered = sorted(score, key=lambda key: (-score[key], key))
    places = [When(municipality_id=key, then=Value(place)) for place, key in enumerate(ordered)]
    return Case(*places, default=Value(len(ordered)), output_field=IntegerField())


def own_cases() -> QuerySet[SuccessCase]:
    """In every state, last touched first."""
    found: QuerySet[SuccessCase] = SuccessCase.objects.select_related("plan").defer("plan__draft")
    return found.order_by("-updated_at", "-id")


def own_case(case_id: UUID) -> SuccessCase | None:
    return own_cases().filter(pk=case_id).first()


def readable_case(case_id: UUID) -> SuccessCase | None:
    """A published one of any member."""
    return published().select_related("municipality__prefecture").filter(pk=case_id).first()


def revision_of(case: SuccessCase) -> PlanRevision | None:
    """The revision in the library that the case's initiative can be adopted from."""
    return readable_revisions().filter(plan_id=case.plan_id).first()


def cases_of(plan_ids: Iterable[UUID]) -> QuerySet[SuccessCase]:
    """Published ones of these plans."""
    return published().filter(plan_id__in=list(plan_ids)).order_by("-published_at", "-id")


def cases_waiting_for(approver: Actor) -> QuerySet[SuccessCase]:
    """In review, and written neither by the approver nor by whom she stands in for."""
    waiting = own_cases().filter(status=CaseStatus.IN_REVIEW)
    for person in approver.persons | {approver.id}:
        waiting = waiting.exclude(authors__contains=[person])
    return waiting


def cases_returned_to(actor: Actor) -> QuerySet[SuccessCase]:
    returned = own_cases().filter(status=CaseStatus.DRAFT, authors__contains=[actor.id])
    return returned.exclude(returned_reason="")
