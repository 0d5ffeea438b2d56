"""改善提案: those sent, those received, and what was answered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from consortium.tenancy import context
from shared_plans.domain.document import Document, from_json
from shared_plans.models import Outcome, Plan, PlanProposal, PlanRevision, ProposalAnswer

from .readable import adoptable_document


@dataclass(frozen=True)
class Exchange:
    """A proposal, as either side sees it, and how it was answered; empty before."""

    proposal: PlanProposal
    outcome: str

    @property
    def outcome_label(self) -> str:
        return str(Outcome(self.outcome).label)

    @property
    def is_open(self) -> bool:
        return not self.outcome and self.proposal.withdrawn_at is None


def exchanges_of(plan: Plan) -> list[Exchange]:
    """Sent from, or received for, an own plan, newest first."""
    return [_exchange(row) for row in _of(plan).defer("content").order_by("-proposed_at", "-id")]


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
    return _exchange(row) if row else None


def answer_to(proposal: PlanProposal) -> ProposalAnswer | None:
    found: ProposalAnswer | None = _answers(proposal.pk, proposal.recipient_id).first()
    return found


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
    outcome = Subquery(_answers(OuterRef("pk"), OuterRef("recipient_id")).values("outcome"))
    found: QuerySet[PlanProposal] = PlanProposal.visible.filter(of_it).select_related("municipality")
    return found.annotate(outcome=outcome)


def _received() -> QuerySet[PlanProposal]:
    found: QuerySet[PlanProposal] = PlanProposal.visible.filter(recipient_id=context.require_municipality())
    return found


def _answers(proposal_id: Any, recipient_id: Any) -> QuerySet[ProposalAnswer]:
    """One at most. It counts if it is the recipient's own row."""
    found: QuerySet[ProposalAnswer] = ProposalAnswer.visible.filter(
        proposal_id=proposal_id, municipality_id=recipient_id
    )
    return found


def _exchange(row: PlanProposal) -> Exchange:
    return Exchange(row, vars(row)["outcome"] or "")
