"""Comments on the own plans' clauses: threads, how many are open, and who may be called upon."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from consortium.membership.models import User
from consortium.membership.queries import holders
from consortium.tenancy import context
from shared_plans.models import Plan, PlanComment
from shared_plans.permissions import PlansPermission


@dataclass(frozen=True)
class Thread:
    """A comment and its answers, in the order in which they were written."""

    first: PlanComment
    answers: list[PlanComment]

    @property
    def is_open(self) -> bool:
        return self.first.resolved_at is None


def comments_of(plan: Plan) -> QuerySet[PlanComment]:
    found: QuerySet[PlanComment] = PlanComment.objects.filter(plan=plan)
    return found


def open_threads(plan: Plan) -> QuerySet[PlanComment]:
    """Their beginnings, the latest first. One that was taken back and has no answer is no longer open."""
    begun = comments_of(plan).filter(parent=None, resolved_at=None)
    return begun.exclude(withdrawn_at__isnull=False, answers=None).order_by("-written_at", "-id").distinct()


def threads_on(plan: Plan, clause_id: str) -> list[Thread]:
    """Open ones first, else as they were begun; without those that were taken back and have no answer."""
    answers: dict[UUID, list[PlanComment]] = {}
    begun = []
    for one in comments_of(plan).filter(clause_id=clause_id).order_by("written_at", "id"):
        if one.parent_id is None:
            begun.append(one)
        else:
            answers.setdefault(one.parent_id, []).append(one)
    threads = [Thread(one, answers.get(one.pk, [])) for one in begun]
    said = [one for one in threads if one.answers or one.first.withdrawn_at is None]
    return sorted(said, key=lambda one: not one.is_open)


def open_counts(plan: Plan) -> Mapping[str, int]:
    """Clause → open threads; clauses without one are left out."""
    begun = comments_of(plan).filter(parent=None, resolved_at=None, withdrawn_at=None)
    counted = begun.order_by().values_list("clause_id").annotate(count=Count("pk"))
    return dict(counted)


def own_comment(plan: Plan, comment_id: UUID) -> PlanComment | None:
    found: PlanComment | None = comments_of(plan).filter(pk=comment_id).first()
    return found


def thread_authors(first: PlanComment) -> list[UUID]:
    """Everybody who wrote in a thread, each once."""
    answers = PlanComment.objects.filter(parent=first).values_list("author_id", flat=True)
    return list(dict.fromkeys([first.author_id, *answers.order_by("written_at", "id")]))


def colleagues_named(ids: Iterable[UUID] | None = None) -> list[tuple[UUID, str]]:
    """Who may comment here today, by their readings: account and name. ids: only these."""
    may = holders(context.require_municipality(), PlansPermission.COMMENT)
    wanted = may if ids is None else may.intersection(ids)
    people = User.objects.filter(pk__in=wanted, is_active=True).order_by("kana", "name", "pk")
    return list(people.values_list("pk", "name"))
