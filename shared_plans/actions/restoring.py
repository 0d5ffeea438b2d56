"""復元と取りやめ: an earlier revision becomes the draft again, or the draft gives way to what is in force."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.models import Plan, PlanRevision, PlanStatus, ReasonKind
from shared_plans.permissions import PlansPermission
from shared_plans.queries.revisions import own_revision, whole_document

from .steps import account_id, add_author, authors, locked, take, unchanged_since

MAX_REASON = 500


@action(PlansPermission.WRITE)
def restore_revision(*, by: Actor, plan: Plan, number: int, lock_version: int, reason: str) -> Plan:
    """Make the draft what that revision said: text, name, years and edition. Nothing published changes.

    Where no draft is open, the next revision is begun with it. The draft at hand is replaced, hence
    lock_version. Raises ValidationError: `conflict`, `wrong_status`, `closed`, `unknown`; at `reason`.
    """
    current = locked(plan)
    unchanged_since(current, lock_version)
    revision = own_revision(current, number)
    if revision is None:
        raise ValidationError(_("この版はありません。"), code="unknown")
    if current.status == PlanStatus.PUBLISHED:
        take(Step.REVISE, current, by=by, reason=reason)
        current.authors = authors(by)
        current.drafted_by_id, current.drafted_by_name = account_id(by), by.label
    else:
        take(Step.EDIT, current, by=by)
        add_author(current, by)
    _put(revision, current)
    current.reason_kind = ReasonKind.RESTORED
    current.reason = _restored_reason(number, reason)
    current.save()
    detail = {"number": number, "hash": revision.hash}
    record(by=by, action="plan.restored", target=current, detail=detail)
    return current


@action(PlansPermission.WRITE)
def abandon_revision(*, by: Actor, plan: Plan, lock_version: int) -> Plan:
    """Give up the draft of the next revision; the plan is again what was published last.

    Raises ValidationError: `conflict`, `wrong_status`, `nothing_published`.
    """
    current = locked(plan)
    unchanged_since(current, lock_version)
    take(Step.ABANDON, current, by=by)
    latest = PlanRevision.objects.select_related("edition").get(plan=current, is_latest=True)
    _put(latest, current)
    current.reason_kind, current.reason, current.returned_reason = latest.reason_kind, latest.reason, ""
    current.visibility, current.reader_ids = latest.visibility, latest.reader_ids
    current.private_kinds = latest.private_kinds
    current.save()
    record(by=by, action="plan.revision_abandoned", target=current, detail={"number": latest.number})
    return current


def _put(revision: PlanRevision, plan: Plan) -> None:
    plan.draft = to_json(whole_document(revision))
    plan.title, plan.edition_id = revision.title, revision.edition_id
    plan.year_from, plan.year_to = revision.year_from, revision.year_to


def _restored_reason(number: int, reason: str) -> str:
    whole = _("第%(number)s版から復元: %(reason)s") % {"number": number, "reason": reason.strip()}
    return whole.removesuffix(": ")[:MAX_REASON]
