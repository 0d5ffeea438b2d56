"""改善提案: those sent, those received, and what was answered."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from consortium.tenancy import context
from shared_plans.domain.document import Document, from_json
from shared_plans.models import Plan, PlanProposal, PlanRevision, ProposalAnswer

from .readable import adoptable_document


@dataclass(frozen=True)
class Exchange:
    """A proposal with its answer, as either side sees it."""

    proposal: PlanProposal
    answer: ProposalAnswer | None

    @property
    def is_open(self) -> bool:
        return self.answer is None and self.proposal.withdrawn_at is None


def exchanges_of(plan: Plan) -> list[Exchange]:
    """Sent from, or received for, an own plan, newest first."""
    return _with_answers(list(_of(plan).defer("content").order_by("-proposed_at", "-id")))


def open_received() -> QuerySet[PlanProposal]:
    """Neither answered nor withdrawn, to any own plan."""
    answered = ProposalAnswer.objects.values("proposal_id")
    found: QuerySet[PlanProposal] = (
        _received()
        .filter(withdrawn_at=None, target_plan_id__in=Plan.objects.values("pk"))
        .exclude(pk__in=answered)
    )
    return found.defer("content").select_related("municipality")


def exchange(plan: Plan, proposal_id: UUID) -> Exchange | None:
    """Sent from, or received for, this own plan."""
    row = _of(plan).filter(pk=proposal_id).first()
    return _with_answers([row])[0] if row else None


def proposed(proposal: PlanProposal) -> Document:
    """Raises MalformedContent: it is another member's row."""
    return from_json(proposal.content)


def target_text(plan: Plan, proposal: PlanProposal) -> Document | None:
    """The own revision that a received proposal is to, of those clauses that it concerns."""
    revision = PlanRevision.objects.filter(plan=plan, hash=proposal.target_hash).first()
    if revision is None:
        return None
    concerned = {one.partition(".")[0] for one in proposal.places}
    clauses = adoptable_document(revision).clauses
    return Document(tuple(one for one in clauses if one.id in concerned))


def _of(plan: Plan) -> QuerySet[PlanProposal]:
    here = context.require_municipality()
    of_it = Q(municipality_id=here, plan_id=plan.pk) | Q(recipient_id=here, target_plan_id=plan.pk)
    found: QuerySet[PlanProposal] = PlanProposal.visible.filter(of_it).select_related("municipality")
    return found


def _received() -> QuerySet[PlanProposal]:
    found: QuerySet[PlanProposal] = PlanProposal.visible.filter(recipient_id=context.require_municipality())
    return found


def _with_answers(rows: list[PlanProposal]) -> list[Exchange]:
    """An answer counts if it is the recipient's own row."""
    answers = ProposalAnswer.visible.filter(proposal_id__in=[one.pk for one in rows])
    by = {(one.proposal_id, one.municipality_id): one for one in answers}
    return [Exchange(one, by.get((one.pk, one.recipient_id))) for one in rows]
