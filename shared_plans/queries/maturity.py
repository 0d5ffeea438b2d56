"""What is known of the own municipality's DX, and what it could take over to begin with."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from consortium.language import fiscal_year
from consortium.reporting.models import Observation
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import Clause
from shared_plans.domain.kinds import Kind
from shared_plans.domain.maturity import Candidate, Fact, Own, starter
from shared_plans.models import FrameworkEdition, MaturityCheck, PlanRevision

from .cases import cases_of
from .facets import Found
from .library import LibraryFilter, with_texts
from .readable import adoptable_document
from .revisions import whole_document

INDICATORS: Final = (Own.STAFF, Own.BUDGET, Own.ONLINE_RATE)
SOURCES: Final = 12
"""So many plans of the most similar municipalities are looked through."""


def latest_check() -> MaturityCheck | None:
    found: MaturityCheck | None = MaturityCheck.objects.first()
    return found


def observations() -> list[Observation]:
    """The own figures of the latest year of each indicator that the check knows."""
    rows = Observation.objects.filter(indicator__key__in=INDICATORS, value__isnull=False)
    latest = rows.select_related("indicator").order_by("indicator_id", "-fiscal_year")
    return list(latest.distinct("indicator_id"))


def known_facts() -> dict[Own, Fact]:
    """Figures reported, and what the plan published last shows."""
    found = {
        Own(one.indicator.key): Fact(one.value, source_of(one))
        for one in observations()
        if one.value is not None
    }
    plan = PlanRevision.objects.filter(is_latest=True).order_by("-published_at").first()
    return found | (_of_plan(plan) if plan else {})


def source_of(figure: Observation) -> str:
    named = f"{figure.indicator.label} {fiscal_year(figure.fiscal_year)}"
    return f"{named} {figure.source}" if figure.source else named


def _of_plan(plan: PlanRevision) -> dict[Own, Fact]:
    document = whole_document(plan)
    shows = {
        Own.PUBLISHED: True,
        Own.COMMITMENT: bool(document.of(Kind.COMMITMENT)),
        Own.PEOPLE: bool(document.of(Kind.PEOPLE)),
        Own.EVIDENCE: any(one.rows("evidence") for one in document.of(Kind.ANALYSIS)),
        Own.TARGETS: any(one.rows("targets") for one in document.of(Kind.KPI)),
    }
    return {key: Fact(Decimal(1), plan.title) for key, it_does in shows.items() if it_does}


@dataclass(frozen=True)
class Offer:
    """An initiative that may be taken over, and whose it is."""

    candidate: Candidate
    revision: PlanRevision
    clause: Clause


def offers(reader: Municipality, edition: FrameworkEdition) -> list[Offer]:
    """A starter plan: initiatives of similar municipalities' plans of this edition, the best of each item."""
    found = Found(LibraryFilter(), reader)
    rows = [one for one in found.rows[: SOURCES * 2] if one.municipality_id != reader.pk]
    wanted = [one.pk for one in rows if one.edition_id == edition.pk][:SOURCES]
    by_id = {one.pk: one for one in with_texts(wanted)}
    revisions = [by_id[key] for key in wanted if key in by_id]
    measured = set(cases_of(one.plan_id for one in revisions).values_list("plan_id", "initiative"))
    every: dict[str, Offer] = {}
    for revision in revisions:
        similarity = found.owners[revision.municipality_id].likeness.score
        for clause in adoptable_document(revision).of(Kind.INITIATIVE):
            has_case = (revision.plan_id, clause.id) in measured
            offer = Offer(_candidate(revision.pk, clause, similarity, has_case), revision, clause)
            every.setdefault(offer.candidate.key, offer)
    return [every[one.key] for one in starter(offer.candidate for offer in every.values())]


def _candidate(revision: UUID, clause: Clause, similarity: int, measured: bool) -> Candidate:
    items, step = clause.keys("items"), clause.number("step")
    return Candidate(f"{revision}.{clause.id}", items, step, similarity, measured)
