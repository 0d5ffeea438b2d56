"""阻害要因 of the own plans: nobody else's are ever seen."""

from collections.abc import Iterable
from datetime import date
from statistics import median
from uuid import UUID

from django.db.models import QuerySet

from shared_plans.models import Blocker, BlockerStep, Plan

MOST = 100


def open_blockers(plans: Iterable[Plan] | None = None) -> list[Blocker]:
    """The oldest first. plans: of all own plans if not given."""
    found: QuerySet[Blocker] = (
        Blocker.objects.filter(resolved_on=None).select_related("plan").defer("plan__draft")
    )
    found = found if plans is None else found.filter(plan__in=list(plans))
    return list(found.order_by("raised_on", "id")[:MOST])


def resolved_blockers(plans: Iterable[Plan] | None = None) -> list[Blocker]:
    """Resolved last first."""
    found: QuerySet[Blocker] = (
        Blocker.objects.exclude(resolved_on=None).select_related("plan").defer("plan__draft")
    )
    found = found if plans is None else found.filter(plan__in=list(plans))
    return list(found.order_by("-resolved_on", "-id")[:MOST])


def blockers_due(until: date) -> list[Blocker]:
    """Open ones that are due by then, or overdue."""
    return list(Blocker.objects.filter(resolved_on=None, due__lte=until).order_by("due", "id"))


def own_blocker(plan: Plan, blocker_id: UUID) -> Blocker | None:
    found: Blocker | None = Blocker.objects.filter(plan=plan, pk=blocker_id).first()
    return found


def steps_of(blocker: Blocker) -> list[BlockerStep]:
    """The last first."""
    return list(BlockerStep.objects.filter(blocker=blocker).order_by("-written_at", "-id"))


def days_to_clear(resolved: Iterable[Blocker]) -> int | None:
    """The median; None where none was resolved yet."""
    days = [(one.resolved_on - one.raised_on).days for one in resolved if one.resolved_on]
    return round(median(days)) if days else None
