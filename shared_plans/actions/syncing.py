"""採用元の更新の取り込み: what the source has changed since meets what was changed here."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.adopting import part
from shared_plans.domain.deciding import (
    Answer,
    Choice,
    Coming,
    answer_to,
    answers_from_json,
    answers_to_json,
    choice_of,
    coming,
    without,
)
from shared_plans.domain.document import Document, from_json, to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.models import AdoptionState, How, Plan, PlanAdoption, PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import adoption as present_adoption
from shared_plans.queries.adoptions import latest_with_text, state_of
from shared_plans.queries.readable import adoptable_document, is_genuine

from .adopting import publish_fact, taken_over
from .scaling import opened
from .steps import add_author, check_new, locked, may_take, take, unchanged_since

MAX_ANSWER: Final = 10_000
MAX_REASON: Final = 500
WITHDRAWN: Final = _(
    "採用元は、この計画の公開を取り下げています。更新は取り込めません。自らの計画はこのまま使えます。"
)
MOVED: Final = _("確認している間に、採用元がさらに改訂されました。変わったところを確認してください。")
DAMAGED: Final = _("採用元の内容と照合できませんでした。取り込みを中止しました。")
NOTHING: Final = _("この版は、既に取り込んでいます。")
UNDECIDED: Final = _("まだ決めていない項目が%(count)s件あります。すべて決めてから取り込んでください。")


def theirs_of(adoption: PlanAdoption, revision: PlanRevision) -> Document:
    """The source's revision, as far as the line takes part in it and we may read it."""
    base = from_json(adoption.base)
    shown = part(adoptable_document(revision), adoption.initiatives)
    return without(shown, revision.private_kinds, base)


def coming_in(plan: Plan, adoption: PlanAdoption, revision: PlanRevision) -> Coming:
    base = from_json(adoption.base)
    return coming(base, from_json(plan.draft), theirs_of(adoption, revision))


@action(PlansPermission.WRITE)
def keep_answers(
    *, by: Actor, plan: Plan, adoption: PlanAdoption, answers: Mapping[str, Answer | None]
) -> AdoptionState:
    """Keep what was decided so far (place → answer, None to leave it open); the draft stays as it is.

    Raises ValidationError: `wrong_status`, `too_long`.
    """
    for one in answers.values():
        if one and (len(str(one.value or "")) > MAX_ANSWER or len(one.reason) > MAX_REASON):
            raise ValidationError(_("入力が長すぎます。"), code="too_long")
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    state = opened(adoption)
    given = {place: one for place, one in answers.items() if one}
    left = {place: one for place, one in state.answers.items() if place not in answers}
    state.answers = {**left, **answers_to_json(given)}
    state.save()
    record(by=by, action="plan.sync_kept", target=current, detail={"answers": len(given)})
    return state


@action(PlansPermission.WRITE)
def finish_sync(
    *, by: Actor, plan: Plan, adoption: PlanAdoption, lock_version: int, revision_hash: str
) -> Plan:
    """Take in the source's latest revision as decided; it is the base from now on.

    lock_version, revision_hash: what the person has seen of both sides. Raises ValidationError: `conflict`,
    `wrong_status`, `withdrawn`, `damaged`, `moved`, `nothing`, `undecided`; by place where the result would
    not hold.
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    line = present_adoption(current, adoption.line) or adoption
    revision = _latest(line, revision_hash)
    state = state_of(line, lock=True)
    answers = answers_from_json(state.answers) if state else {}
    found = coming_in(current, line, revision)
    if left := found.undecided(answers):
        raise ValidationError(UNDECIDED, code="undecided", params={"count": len(left)})
    take(Step.EDIT, current, by=by)
    result = found.result(answers)
    check_new(from_json(current.draft), result, current)
    current.draft = to_json(result)
    add_author(current, by)
    current.save()
    step = _next_step(line, revision, by)
    step.decisions = _decisions(found, answers)
    step.save(force_insert=True)
    publish_fact(step, revision)
    if state:
        state.answers = {}
        state.save()
    detail = {
        "source": line.source_code,
        "from": line.source_number,
        "number": revision.number,
        "hash": revision.hash,
        "taken": len(found.taken(answers)),
        "decisions": len(step.decisions),
    }
    record(by=by, action="plan.synced", target=current, detail=detail)
    return current


def _latest(line: PlanAdoption, revision_hash: str) -> PlanRevision:
    revision = latest_with_text(line.source_plan_id)
    if revision is None:
        raise ValidationError(WITHDRAWN, code="withdrawn")
    if revision.number <= line.source_number:
        raise ValidationError(NOTHING, code="nothing")
    if not is_genuine(revision):
        raise ValidationError(DAMAGED, code="damaged")
    if revision.hash != revision_hash:
        raise ValidationError(MOVED, code="moved")
    return revision


def _next_step(line: PlanAdoption, revision: PlanRevision, by: Actor) -> PlanAdoption:
    step = taken_over(revision, theirs_of(line, revision), by)
    step.plan_id, step.line, step.how = line.plan_id, line.line, How.SYNCED
    step.whole, step.initiatives = line.whole, line.initiatives
    return step


def _decisions(found: Coming, answers: Mapping[str, Answer]) -> dict[str, dict[str, str]]:
    return {
        str(one.place): {
            "choice": (choice_of(one, answers) or Choice.OURS).value,
            "reason": answer.reason if (answer := answer_to(one, answers)) else "",
        }
        for one in found.questions
    }
