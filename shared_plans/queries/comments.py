"""Comments on the own plans' clauses: threads, how many are open, and who may be called upon."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from consortium.membership.models import User
from consortium.membership.queries import holders
from consortium.tenancy import context
from shared_plans.models import Plan, PlanComment


@dataclass(frozen=True)
class Thread:
    """A comment and its answers, in the order in which they were written."""

    first: PlanComment
    answers: list[PlanComment]

    @property
    def is_open(self) -> bool:
        return self.first.resolved_at is None

    @property
    def is_empty(self) -> bool:
        """Whether all that was said has been taken back."""
        return all(one.withdrawn_at is not None for one in (self.first, *self.answers))


def comments_of(plan: Plan) -> QuerySet[PlanComment]:
    found: QuerySet[PlanComment] = PlanComment.objects.filter(plan=plan)
    return found


def open_threads(plan: Plan) -> QuerySet[PlanComment]:
    """Their beginnings, the latest first; without threads of which all was taken back."""
    answered = Exists(PlanComment.objects.filter(parent=OuterRef("pk"), withdrawn_at=None))
    begun = comments_of(plan).filter(Q(withdrawn_at=None) | answered, parent=None, resolved_at=None)
    return begun.order_by("-written_at", "-id")


def threads_on(plan: Plan, clause_id: str) -> list[Thread]:
    """Open ones first, else as they were begun; without those of which all was taken back."""
    answers: dict[UUID, list[PlanComment]] = {}
    begun = []
    for one in comments_of(plan).filter(clause_id=clause_id).order_by("written_at", "id"):
        if one.parent_id is None:
            begun.append(one)
        else:
            answers.setdefault(one.parent_id, []).append(one)
    threads = [Thread(one, answers.get(one.pk, [])) for one in begun]
    return sorted((one for one in threads if not one.is_empty), key=lambda one: not one.is_open)


def open_counts(plan: Plan) -> Mapping[str, int]:
    """Clause → open threads; clauses without one are left out."""
    counted = open_threads(plan).order_by().values_list("clause_id").annotate(count=Count("pk"))
    return dict(counted)


def own_comment(plan: Plan, comment_id: UUID) -> PlanComment | None:
    found: PlanComment | None = comments_of(plan).filter(pk=comment_id).first()
    return found


def thread_authors(first: PlanComment) -> list[UUID]:
    """Everybody who wrote in a thread, each once."""
    answers = PlanComment.objects.filter(parent=first).values_list("author_id", flat=True)
    return list(dict.fromkeys([first.author_id, *answers.order_by("written_at", "id")]))


def colleagues_named(permission: str, ids: Iterable[UUID] | None = None) -> list[tuple[UUID, str]]:
    """Who may do this here today, by their readings: account and name. ids: only these."""
    may = holders(context.require_municipality(), permission)
    wanted = may if ids is None else may.intersection(ids)
    people = User.objects.filter(pk__in=wanted, is_active=True).order_by("kana", "name", "pk")
    return list(people.values_list("pk", "name"))
