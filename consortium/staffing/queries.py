"""Reads about planned changes and access reviews."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from consortium.domain.calendar import next_open
from consortium.membership.closing_days import closing_days
from consortium.membership.models import Membership, StaffPost, User, today
from consortium.membership.posts import posts_of, staff_actor
from consortium.tenancy.models import Municipality
from consortium.ui import waiting
from consortium.ui.registry import Task, tasks

from .models import AccessReview, AccessReviewItem, PlannedChange, ReviewInterval, State
from .models.reviews import HALF_A_YEAR


def changes() -> QuerySet[PlannedChange]:
    found: QuerySet[PlannedChange] = PlannedChange.objects.select_related(
        "leaver", "successor", "outgoing", "incoming"
    )
    return found


def upcoming() -> QuerySet[PlannedChange]:
    """Soonest first."""
    return changes().filter(state=State.PLANNED).order_by("effective_on", "role", "pk")


def not_over(day: date) -> "QuerySet[StaffPost]":
    """Posts that are held on this day or begin later."""
    found: QuerySet[StaffPost] = StaffPost.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    return found


def serving() -> QuerySet[User]:
    """Everybody with a post here that is not over, in the order of readings."""
    ids = not_over(today()).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).order_by("kana", "name", "pk")


def tasks_of(user: User, municipality: Municipality) -> list[Task]:
    """What waits for this person by name here."""
    actor = staff_actor(user, posts_of(user), municipality)
    return waiting.tasks_of(actor, [source for source in tasks if source.personal])


def next_first_of_april(day: date | None = None) -> date:
    day = day or today()
    this_year = date(day.year, 4, 1)
    return this_year if day < this_year else date(day.year + 1, 4, 1)


def reviews() -> QuerySet[AccessReview]:
    """Newest first, with how many people and how many without a decision."""
    found: QuerySet[AccessReview] = AccessReview.objects.annotate(
        people=Count("items"), undecided=Count("items", filter=Q(items__decision=""))
    )
    return found.order_by("-opened_at")


def last_review() -> AccessReview | None:
    """As `reviews` gives it; while a review is open, it is the last."""
    found: AccessReview | None = reviews().first()
    return found


def items(review: AccessReview) -> QuerySet[AccessReviewItem]:
    found: QuerySet[AccessReviewItem] = AccessReviewItem.objects.filter(review=review)
    return found.select_related("user").order_by("department", "name", "pk")


def months() -> int:
    found = ReviewInterval.objects.first()
    return int(found.months) if found else HALF_A_YEAR


def review_due_on(municipality_id: int, last: AccessReview | None) -> date | None:
    """When the review after the last one should be opened; None for who is no member and never reviewed."""
    if last is not None:
        return _review_day(localdate(last.opened_at))
    joined = Membership.objects.filter(municipality_id=municipality_id, ends_on=None).first()
    return _review_day(joined.starts_on) if joined else None


def _review_day(before: date) -> date:
    return next_open(after(before, months()), closing_days())


def after(day: date, count: int) -> date:
    """The same day of a later month, or its last day."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def by_user(rows: Iterable[tuple[Any, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for user, value in rows:
        found.setdefault(str(user), []).append(str(value))
    return found
