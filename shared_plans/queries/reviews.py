"""Reviews of the own plans: when the next one is due, and when to remind of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from consortium.domain.calendar import add_open_days
from consortium.membership.closing_days import closing_days
from consortium.membership.models import ClosingDay
from shared_plans.domain.reviews import Review, next_review, reviews_until
from shared_plans.models import Phase, Plan, ReviewCycle

REMIND_OPEN_DAYS = 10


@dataclass(frozen=True)
class Planned:
    """A plan and its next review; None after the last."""

    plan: Plan
    next: Review | None

    def is_overdue(self, today: date) -> bool:
        return self.next is not None and self.next.due_on < today


def cycle_of(plan: Plan) -> ReviewCycle | None:
    found: ReviewCycle | None = ReviewCycle.objects.filter(plan=plan).first()
    return found


def next_of(stored: ReviewCycle, closed: frozenset[date]) -> Review | None:
    return next_review(stored.cycle, stored.settled_through, closed)


def next_review_of(plan: Plan) -> Review | None:
    """In one statement, for pages that show much else. None without a cycle, too, and of a closed plan."""
    days = ArraySubquery(ClosingDay.objects.values("day"))
    found = ReviewCycle.objects.filter(plan=plan).annotate(closing=days).first()
    if found is None or plan.phase == Phase.CLOSED:
        return None
    return next_of(found, frozenset(vars(found)["closing"]))


def remind_on(review: Review, closed: frozenset[date]) -> date:
    """Two weeks of open days before it is due."""
    return add_open_days(review.due_on, -REMIND_OPEN_DAYS, closed)


def cycles() -> QuerySet[ReviewCycle]:
    """Of plans that are not closed."""
    rows: QuerySet[ReviewCycle] = ReviewCycle.objects.select_related("plan").defer("plan__draft")
    return rows.exclude(plan__phase=Phase.CLOSED)


def planned_reviews() -> list[Planned]:
    """Own plans that have a cycle, the soonest review first, then those without any more."""
    closed = closing_days()
    found = [Planned(one.plan, next_of(one, closed)) for one in cycles()]
    return sorted(found, key=lambda one: (one.next is None, one.next.due_on if one.next else date.max))


def reviews_to_come(until: date) -> Iterator[tuple[Plan, Review]]:
    """All that are not settled, of all own plans, up to a day."""
    closed = closing_days()
    for one in cycles().order_by("pk"):
        for review in reviews_until(one.cycle, one.settled_through, until, closed):
            yield one.plan, review


def plans_without_cycle() -> QuerySet[Plan]:
    """Decided plans that nobody has planned a review for, last touched first."""
    found: QuerySet[Plan] = Plan.objects.filter(review_cycles=None, revisions__is_latest=True)
    return found.exclude(phase=Phase.CLOSED).defer("draft").order_by("-updated_at", "-id")
