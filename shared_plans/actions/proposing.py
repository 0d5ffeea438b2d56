"""改善提案: an adopter offers changes to whom the plan came from, who takes all or part, or declines."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import notify, watch
from consortium.notifications.audience import watchers
from consortium.notifications.kinds import Kind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.adopting import part
from shared_plans.domain.compare import changes, picked
from shared_plans.domain.deciding import Answer, Choice, Coming, answer_to, coming
from shared_plans.domain.document import (
    Document,
    MalformedContent,
    canonical_json,
    content_hash,
    from_json,
    to_json,
)
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.paths import Place
from shared_plans.models import Outcome, Plan, PlanAdoption, PlanProposal, PlanRevision, ProposalAnswer
from shared_plans.notices import (
    PROPOSAL_ANSWERED,
    PROPOSAL_RECEIVED,
    PROPOSAL_WITHDRAWN,
    answers_topic,
    proposals_topic,
)
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import latest_with_text
from shared_plans.queries.proposals import Exchange, exchange, proposed, target_text
from shared_plans.queries.readable import adoptable_document

from .steps import account_id, add_author, check_new, locked, may_take, take, unchanged_since

MAX_CHANGES: Final = 100
MAX_MESSAGE: Final = 2_000
MAX_BYTES: Final = 500_000
NOT_DECIDED: Final = _("提案は、決裁を経た版から行います。先に計画の決裁を受けてください。")
WITHDRAWN_SOURCE: Final = _("採用元は、この計画の公開を取り下げています。提案は送れません。")
ANSWERED: Final = _("この提案には、既に回答しています。")
WITHDRAWN: Final = _("この提案は取り下げられました。")
TOO_MANY: Final = _("一度に提案できる変更は%(limit)s件までです。分けて提案してください。")
DAMAGED: Final = _("提案の内容を読み取れません。提案元に送り直しを依頼してください。")
UNDECIDED: Final = _("まだ決めていない項目が%(count)s件あります。")
MESSAGE_REQUIRED: Final = _("見送る理由を入力してください。提案元に伝わります。")


def own_text(adoption: PlanAdoption, revision: PlanRevision) -> Document:
    """What an own decided revision shares of the adopted part: sections kept private are never proposed."""
    return part(adoptable_document(revision), adoption.initiatives)


@action(PlansPermission.WRITE)
def propose_changes(
    *, by: Actor, plan: Plan, adoption: PlanAdoption, places: Collection[Place], message: str
) -> PlanProposal:
    """Offer changes of the latest decided revision to the source; the same ones twice are one proposal.

    Nothing but the chosen changes leaves the municipality. Raises ValidationError: `not_decided`,
    `withdrawn`, at `places` or `message`.
    """
    current = locked(plan)
    own = PlanRevision.objects.filter(plan=current, is_latest=True).first()
    if own is None:
        raise ValidationError(NOT_DECIDED, code="not_decided")
    if latest_with_text(adoption.source_plan_id) is None:
        raise ValidationError(WITHDRAWN_SOURCE, code="withdrawn")
    _check_message(message, required=_("提案の理由を入力してください。"))
    content = _offered(from_json(adoption.base), own_text(adoption, own), places)
    digest = content_hash([adoption.source_revision_hash, content, sorted(map(str, places))])
    if earlier := _same(current, digest):
        return earlier
    proposal = PlanProposal(
        plan=current,
        recipient_id=adoption.source_municipality_id,
        recipient_name=adoption.source_name,
        target_plan_id=adoption.source_plan_id,
        target_title=adoption.source_title,
        target_number=adoption.source_number,
        target_hash=adoption.source_revision_hash,
        own_title=own.title,
        own_number=own.number,
        content=content,
        places=sorted(map(str, places)),
        message=message.strip(),
        digest=digest,
        proposed_by_id=account_id(by),
        proposed_by_name=by.label,
    )
    proposal.save(force_insert=True)
    watch(answers_topic(proposal.pk), permission=PlansPermission.WRITE)
    detail = {"recipient": adoption.source_code, "proposal": str(proposal.pk), "changes": len(places)}
    record(by=by, action="plan.proposed", target=current, detail=detail)
    _tell_recipient(PROPOSAL_RECEIVED, proposal, by)
    return proposal


@action(PlansPermission.WRITE)
def withdraw_proposal(*, by: Actor, plan: Plan, proposal_id: UUID) -> PlanProposal:
    """取下げ, until it is answered. Raises ValidationError `answered`."""
    current = locked(plan)
    found = exchange(current, proposal_id)
    if found is None or found.proposal.plan_id != current.pk:
        raise ValidationError(DAMAGED, code="unknown")
    if found.outcome:
        raise ValidationError(_("この提案には既に回答があったため、取り下げられません。"), code="answered")
    proposal = found.proposal
    if proposal.withdrawn_at is None:
        proposal.withdrawn_at = timezone.now()
        proposal.save(update_fields=["withdrawn_at"])
        record(by=by, action="plan.proposal_withdrawn", target=current, detail={"proposal": str(proposal.pk)})
        _tell_recipient(PROPOSAL_WITHDRAWN, proposal, by)
    return proposal


@action(PlansPermission.WRITE)
def answer_proposal(
    *,
    by: Actor,
    plan: Plan,
    proposal_id: UUID,
    lock_version: int,
    answers: Mapping[str, Answer],
    message: str = "",
) -> ProposalAnswer:
    """Take over what was decided place by place into the draft, with attribution, and tell the proposer.

    To take nothing is to decline. Raises ValidationError: `conflict`, `wrong_status`, `answered`,
    `withdrawn`, `damaged`, `undecided`, at `message`; by place where the result would not hold.
    """
    current = locked(plan)
    proposal = _open(current, proposal_id)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    found = offered_in(current, proposal)
    if left := [one for one in found.questions if answer_to(one, answers) is None]:
        raise ValidationError(UNDECIDED, code="undecided", params={"count": len(left)})
    choices = {str(one.place): answers[str(one.place)].choice for one in found.questions}
    taken = [place for place, choice in choices.items() if choice is not Choice.OURS]
    if choices and not taken:
        return _answer(current, proposal, Outcome.DECLINED, taken=[], message=message, by=by)
    take(Step.EDIT, current, by=by)
    result = found.result(answers)
    check_new(from_json(current.draft), result, current)
    current.draft = to_json(result)
    add_author(current, by)
    current.save()
    whole = all(choice is Choice.THEIRS for choice in choices.values())
    outcome = Outcome.ACCEPTED if whole else Outcome.PARTLY
    return _answer(current, proposal, outcome, taken=taken, message=message, by=by)


@action(PlansPermission.WRITE)
def decline_proposal(*, by: Actor, plan: Plan, proposal_id: UUID, message: str) -> ProposalAnswer:
    """見送り, whatever the plan's status. Raises ValidationError: `answered`, `withdrawn`, at `message`."""
    current = locked(plan)
    proposal = _open(current, proposal_id)
    return _answer(current, proposal, Outcome.DECLINED, taken=[], message=message, by=by)


def offered_in(plan: Plan, proposal: PlanProposal) -> Coming:
    """A proposal against the draft. Raises ValidationError `damaged`: the row is another member's."""
    base = target_text(plan, proposal)
    try:
        theirs = proposed(proposal)
    except MalformedContent as error:
        raise ValidationError(DAMAGED, code="damaged") from error
    if base is None or len(canonical_json(proposal.content)) > MAX_BYTES:
        raise ValidationError(DAMAGED, code="damaged")
    return coming(base, from_json(plan.draft), theirs)


def _offered(base: Document, own: Document, places: Collection[Place]) -> dict[str, object]:
    """The clauses concerned, as JSON; nothing else of the own plan."""
    known = {one.place for one in changes(base, own)}
    if not places:
        raise ValidationError({"places": ValidationError(_("提案する変更を選択してください。"), code="none")})
    if not known.issuperset(places):
        message = _("選んだ変更は、決裁を経た版にありません。選び直してください。")
        raise ValidationError({"places": ValidationError(message, code="unknown")})
    if len(places) > MAX_CHANGES:
        error = ValidationError(TOO_MANY, code="too_many", params={"limit": MAX_CHANGES})
        raise ValidationError({"places": error})
    result = picked(base, own, places)
    concerned = {one.clause for one in places}
    content = to_json(Document(tuple(one for one in result.clauses if one.id in concerned)))
    if len(canonical_json(content)) > MAX_BYTES:
        message = _("提案が大きすぎます。分けて提案してください。")
        raise ValidationError({"places": ValidationError(message, code="too_large")})
    return content


def _same(plan: Plan, digest: str) -> PlanProposal | None:
    found: PlanProposal | None = PlanProposal.objects.filter(
        plan=plan, digest=digest, withdrawn_at=None
    ).first()
    return found


def _open(plan: Plan, proposal_id: UUID) -> PlanProposal:
    found: Exchange | None = exchange(plan, proposal_id)
    if found is None or found.proposal.target_plan_id != plan.pk:
        raise ValidationError(DAMAGED, code="unknown")
    if found.outcome:
        raise ValidationError(ANSWERED, code="answered")
    if found.proposal.withdrawn_at:
        raise ValidationError(WITHDRAWN, code="withdrawn")
    return found.proposal


def _answer(
    plan: Plan, proposal: PlanProposal, outcome: Outcome, *, taken: list[str], message: str, by: Actor
) -> ProposalAnswer:
    _check_message(message, required=MESSAGE_REQUIRED if outcome is Outcome.DECLINED else "")
    source = f"{proposal.municipality.name}「{proposal.own_title}」第{proposal.own_number}版の改善提案"
    answer = ProposalAnswer(
        plan=plan,
        proposal_id=proposal.pk,
        proposer_id=proposal.municipality_id,
        outcome=outcome,
        taken=taken,
        attribution="" if outcome is Outcome.DECLINED else source,
        message=message.strip(),
        answered_by_id=account_id(by),
        answered_by_name=by.label,
    )
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(ANSWERED, code="answered") from error
    detail = {"proposal": str(proposal.pk), "outcome": outcome.value, "taken": len(taken)}
    record(by=by, action="plan.proposal_answered", target=plan, detail=detail)
    notify(
        PROPOSAL_ANSWERED,
        to=watchers(answers_topic(proposal.pk)),
        by=by,
        values={"owner": proposal.recipient_name, "title": plan.title, "outcome": outcome.value},
        target={"plan": proposal.plan_id, "proposal": proposal.pk},
    )
    return answer


def _check_message(message: str, *, required: object) -> None:
    if required and not message.strip():
        raise ValidationError({"message": ValidationError(str(required), code="required")})
    if len(message) > MAX_MESSAGE:
        raise ValidationError({"message": ValidationError(_("長すぎます。"), code="max_length")})


def _tell_recipient(kind: Kind, proposal: PlanProposal, by: Actor) -> None:
    notify(
        kind,
        to=watchers(proposals_topic(proposal.target_plan_id)),
        by=by,
        values={
            "proposer": proposal.municipality.name,
            "title": proposal.target_title,
            "count": len(proposal.places),
        },
        target={"plan": proposal.target_plan_id, "proposal": proposal.pk},
    )
