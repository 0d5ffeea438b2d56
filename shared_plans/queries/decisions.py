"""Decisions that wait, measured by the days that the head of the municipality has promised to decide in."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from consortium.domain.calendar import next_open
from consortium.membership.closing_days import closing_days
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.kinds import Kind
from shared_plans.models import Plan, PlanStatus

from .plans import own_plans


@dataclass(frozen=True)
class Waiting:
    """A plan in review since a day; due_on is None where its commitment promises no number of days."""

    plan: Plan
    since: date
    due_on: date | None

    def days(self, today: date) -> int:
        return (today - self.since).days

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def decisions_waiting() -> list[Waiting]:
    """Own plans in review, the longest waiting first."""
    closed = closing_days()
    waiting = own_plans().filter(status=PlanStatus.IN_REVIEW).defer(None).order_by("submitted_at", "id")
    found = []
    for plan in waiting:
        since = timezone.localdate(plan.submitted_at or plan.updated_at)
        days = decision_days(from_json(plan.draft))
        due = next_open(since + timedelta(days=days), closed) if days else None
        found.append(Waiting(plan, since, due))
    return found


def decision_days(document: Document) -> int | None:
    """判断までの日数 of the commitment, the shortest where there are several."""
    given = (clause.number("decision_days") for clause in document.of(Kind.COMMITMENT))
    return min((days for days in given if days), default=None)
