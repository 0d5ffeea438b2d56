"""Where own plans came from, whether their sources moved on, and who took over what from whom."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.domain.scaling import Size
from shared_plans.models import (
    AdoptionFact,
    AdoptionState,
    MunicipalProfile,
    Plan,
    PlanAdoption,
    PlanRevision,
    ProposalAnswer,
)

from .readable import readable_revision, readable_revisions

MAX_CREDITS = 300
MAX_PLANS = 200
"""Of one lineage; a picture of more would show nothing."""


@dataclass(frozen=True)
class Source:
    """One line of adoption. latest: number of the source's latest revision that is shared with us now."""

    adoption: PlanAdoption
    latest: int | None

    @property
    def moved_on(self) -> bool:
        return self.latest is not None and self.latest > self.adoption.source_number

    @property
    def is_withdrawn(self) -> bool:
        return self.latest is None


def adoptions_of(plan: Plan) -> list[PlanAdoption]:
    """What holds now, one for each line, without the snapshots; in the order in which the lines began."""
    return sorted(_present().filter(plan=plan), key=lambda one: one.line.hex)


def _present() -> Any:
    """Each with `latest`, see Source."""
    later = PlanAdoption.objects.filter(line=OuterRef("line"), source_number__gt=OuterRef("source_number"))
    others = readable_revisions().exclude(municipality_id=context.require_municipality())
    latest = others.filter(plan_id=OuterRef("source_plan_id")).order_by()
    steps: QuerySet[PlanAdoption] = PlanAdoption.objects.filter(~Exists(later)).defer("base", "decisions")
    return steps.annotate(latest=Subquery(latest.values("number")[:1]))


def credits_of(plan: Plan) -> str:
    """Whom the plan owes what: sources, and whose proposals were taken over. As much as a revision holds."""
    sources = [one.attribution for one in adoptions_of(plan)]
    answers = ProposalAnswer.objects.filter(plan=plan).exclude(attribution="")
    given = answers.order_by("answered_at").values_list("attribution", flat=True)
    found = list(dict.fromkeys([*sources, *given]))
    while found and len("、".join(found)) > MAX_CREDITS:
        found.pop()
    return "、".join(found)


def history_of(plan: Plan) -> QuerySet[PlanAdoption]:
    """Every adoption and every revision taken in, newest first."""
    found: QuerySet[PlanAdoption] = PlanAdoption.objects.filter(plan=plan).defer("base")
    return found.order_by("-adopted_at", "-id")


def adoption(plan: Plan, line: UUID) -> PlanAdoption | None:
    """What holds now of one line, with its snapshot."""
    found: PlanAdoption | None = (
        PlanAdoption.objects.filter(plan=plan, line=line).order_by("-source_number").first()
    )
    return found


def sources_of(plan: Plan) -> list[Source]:
    return [Source(one, vars(one)["latest"]) for one in adoptions_of(plan)]


def moved_sources() -> QuerySet[PlanAdoption]:
    """Of own plans, those lines whose source has published more than they took in."""
    found: QuerySet[PlanAdoption] = _present().filter(latest__gt=F("source_number")).order_by("line")
    return found


def latest_of(plan_ids: Collection[UUID]) -> dict[UUID, PlanRevision]:
    """Other members' latest revisions that we may read, without their texts, by plan."""
    found = readable_revisions().filter(plan_id__in=plan_ids)
    others = found.exclude(municipality_id=context.require_municipality())
    return {one.plan_id: one for one in others}


def latest_with_text(plan_id: UUID) -> PlanRevision | None:
    """The one of latest_of, with its content."""
    found = latest_of([plan_id]).get(plan_id)
    return readable_revision(found.pk) if found else None


def state_of(adoption: PlanAdoption, *, lock: bool = False) -> AdoptionState | None:
    states = AdoptionState.objects.select_for_update() if lock else AdoptionState.objects
    found: AdoptionState | None = states.filter(adoption=adoption.line).first()
    return found


def known_sizes(source_id: int, own_id: int) -> dict[str, int]:
    """Persons and households of both, as far as they are on record: fields of a form to their figures."""
    whose = {source_id: "source", own_id: "own"}
    return {
        f"{whose[one.municipality_id]}_{name}": value
        for one in MunicipalProfile.objects.filter(municipality__in=whose)
        for name in ("population", "households")
        if (value := getattr(one, name))
    }


def sizes_of(state: AdoptionState | None) -> tuple[Size, Size] | None:
    """Those of the source and the own ones, once they are given."""
    if state is None or not state.sizes:
        return None
    return Size(**state.sizes["source"]), Size(**state.sizes["own"])


# --- lineage --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One adoption as the others may know it. Names are those of today."""

    here: UUID
    here_municipality: int
    source: UUID
    source_municipality: int
    number: int
    whole: bool


def adopters(plan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many municipalities adopted each of these plans, as far as we may know; none is left out."""
    rows = AdoptionFact.visible.filter(source_plan_id__in=list(plan_ids)).values("source_plan_id")
    counted = rows.order_by().annotate(members=Count("municipality", distinct=True))
    return {row["source_plan_id"]: row["members"] for row in counted}


_LINEAGE = """
    WITH RECURSIVE up (plan, depth) AS (
      SELECT %(plan)s::uuid, 0
      UNION
      SELECT f.source_plan_id, up.depth + 1 FROM up JOIN {facts} f ON f.plan_id = up.plan WHERE up.depth < 8
    ), down (plan, depth) AS (
      SELECT %(plan)s::uuid, 0
      UNION
      SELECT f.plan_id, down.depth + 1 FROM down JOIN {facts} f ON f.source_plan_id = down.plan
      WHERE down.depth < 8
    ), near AS (SELECT plan FROM up UNION SELECT plan FROM down)
    SELECT f.plan_id, f.municipality_id, f.source_plan_id, f.source_municipality_id,
           max(f.source_number), bool_or(f.whole), min(f.happened_at)
    FROM {facts} f
    WHERE f.plan_id IN (SELECT plan FROM near) AND f.source_plan_id IN (SELECT plan FROM near)
    GROUP BY 1, 2, 3, 4 ORDER BY 7, 1 LIMIT %(most)s
"""


def lineage(plan_id: UUID) -> list[Step]:
    """Sources of a plan and its adopters, and theirs, oldest first, as far as policies show them."""
    context.require()
    sql = _LINEAGE.format(facts=AdoptionFact._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"plan": plan_id, "most": MAX_PLANS})
        return [Step(*row[:6]) for row in cursor.fetchall()]


def names_of(municipality_ids: Iterable[int]) -> Mapping[int, Municipality]:
    found = Municipality.objects.filter(pk__in=set(municipality_ids)).select_related("prefecture")
    return {one.pk: one for one in found}


def readable(plan_ids: Iterable[UUID]) -> dict[UUID, PlanRevision]:
    """Latest shared revisions, own ones included, by plan."""
    return {one.plan_id: one for one in readable_revisions().filter(plan_id__in=list(plan_ids))}
