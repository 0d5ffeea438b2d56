"""The own plans: working copies, what belongs to them, and what waits for somebody."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from consortium.tenancy.actor import Actor
from shared_plans.models import Plan, PlanAttachment, PlanPhase, PlanRevision, PlanStatus


def own_plans() -> QuerySet[Plan]:
    """The own plans without their texts, last touched first."""
    found: QuerySet[Plan] = Plan.objects.select_related("edition").defer("draft")
    return found.order_by("-updated_at", "-id")


def plans_in(status: PlanStatus) -> QuerySet[Plan]:
    """Own plans."""
    found: QuerySet[Plan] = Plan.objects.filter(status=status)
    return found


def own_plan(plan_id: UUID, *, lock: bool = False) -> Plan | None:
    """With `has_revisions` and, for phases_of, `steps`. lock: held until the end of the transaction."""
    revisions = PlanRevision.objects.filter(plan=OuterRef("pk"))
    every = _plans(lock=lock).select_related("edition")
    every = every.annotate(has_revisions=Exists(revisions), steps=ArraySubquery(_steps()))
    found: Plan | None = every.filter(pk=plan_id).first()
    return found


def _plans(*, lock: bool) -> QuerySet[Plan]:
    every: QuerySet[Plan] = Plan.objects.select_for_update(of=("self",)) if lock else Plan.objects.all()
    return every


def _steps() -> QuerySet[PlanPhase, dict[str, Any]]:
    """As JSON, so that they come with their plan."""
    of_it = PlanPhase.objects.filter(plan=OuterRef("pk")).order_by("-decided_at", "-id")
    found: QuerySet[PlanPhase, dict[str, Any]] = of_it.values(
        step=JSONObject(phase="phase", since="since", reason="reason", decided_by_name="decided_by_name")
    )
    return found


def phases_of(plan: Plan) -> list[PlanPhase]:
    """開始, 終了, 再開 of a plan that own_plan found, the last first. Not to be saved."""
    steps = vars(plan)["steps"]
    return [PlanPhase(**{**step, "since": date.fromisoformat(step["since"])}) for step in steps]


def attachments_of(plan: Plan) -> QuerySet[PlanAttachment]:
    """Of the working copy, in the order in which they were put."""
    found: QuerySet[PlanAttachment] = PlanAttachment.objects.filter(plan=plan).select_related("file")
    return found


def waiting_for(actor: Actor) -> QuerySet[Plan]:
    """Plans in review that this actor may decide on: not those she, or whose deputy she is, had a hand in."""
    waiting = own_plans().filter(status=PlanStatus.IN_REVIEW)
    for person in actor.persons:
        waiting = waiting.exclude(authors__contains=[person])
    return waiting


def returned_to(actor: Actor) -> QuerySet[Plan]:
    """Drafts the actor had a hand in that an approver sent back."""
    returned = own_plans().filter(status=PlanStatus.DRAFT, authors__contains=[actor.id])
    return returned.exclude(returned_reason="")


def plans_by_id(plan_ids: Iterable[UUID]) -> list[Plan]:
    """Own plans, with their texts."""
    return list(Plan.objects.filter(pk__in=list(plan_ids)))
