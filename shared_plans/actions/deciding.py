"""決裁: an approver who did not write the plan returns or publishes it, and decides who may read it."""

from django.db.models import Max

from consortium.audit.record import record
from consortium.notifications.announce import notify, watch
from consortium.notifications.audience import people
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import Document, cleaned, from_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.parts import Parts, split
from shared_plans.models import Plan, PlanRevision, PlanRevisionPrivate
from shared_plans.notices import PUBLISHED, RETURNED, proposals_topic
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import credits_of

from .attaching import manifest, show_files
from .printing import print_revision
from .recording import keep_next_due
from .sharing import Sharing, check_sharing, tell_adopters
from .steps import account_id, check, locked, take, unchanged_since


@action(PlansPermission.APPROVE)
def return_plan(*, by: Actor, plan: Plan, reason: str) -> Plan:
    """差戻し. Raises ValidationError, at `reason` when there is none."""
    current = locked(plan)
    take(Step.RETURN, current, by=by, reason=reason)
    current.returned_reason = reason.strip()
    current.save()
    record(by=by, action="plan.returned", target=current)
    values = {"title": current.title, "reason": current.returned_reason}
    notify(RETURNED, to=people(*current.authors), values=values, target={"plan": current.pk})
    return current


@action(PlansPermission.APPROVE)
def publish_plan(*, by: Actor, plan: Plan, lock_version: int, sharing: Sharing | None = None) -> PlanRevision:
    """Approve what the approver has seen (`lock_version`); it becomes the plan's next immutable revision.

    sharing: as the authors proposed it if not given. Raises ValidationError: `conflict`, `four_eyes`,
    `wrong_status`; at `readers` or `private_kinds`.
    """
    current = locked(plan)
    unchanged_since(current, lock_version)
    take(Step.PUBLISH, current, by=by)
    content = cleaned(from_json(current.draft))
    check(content, current, complete=True)
    sharing = sharing or Sharing.of(current)
    check_sharing(sharing, by)
    sharing.put_on(current)
    revision = _store(current, content, by)
    current.save()
    keep_next_due(current)
    show_files(current)
    files = [entry["sha256"] for entry in revision.attachments]
    detail = {
        "number": revision.number,
        "hash": revision.hash,
        "visibility": revision.visibility,
        "readers": revision.reader_ids,
        "private": revision.private_kinds,
        "files": files,
    }
    record(by=by, action="plan.published", target=current, detail=detail)
    told = {"title": current.title, "number": revision.number}
    notify(PUBLISHED, to=people(*current.authors), values=told, target={"plan": current.pk})
    tell_adopters(revision)
    watch(proposals_topic(current.pk), permission=PlansPermission.WRITE)
    print_revision(by=by, revision=revision)
    return revision


def _store(plan: Plan, content: Document, by: Actor) -> PlanRevision:
    """Both parts of the next revision, each in its row."""
    parts = split(content, [Kind(kind) for kind in plan.private_kinds])
    revision = _next_revision(plan, parts, by)
    PlanRevision.objects.filter(plan=plan, is_latest=True).update(is_latest=False)
    revision.save(force_insert=True)
    if parts.private:
        private = PlanRevisionPrivate(revision=revision, content=parts.private, salt=parts.salt)
        private.save(force_insert=True)
    return revision


def _next_revision(plan: Plan, parts: Parts, by: Actor) -> PlanRevision:
    earlier = PlanRevision.objects.filter(plan=plan)
    last = earlier.aggregate(number=Max("number"))["number"] or 0
    parent = earlier.filter(number=last).values_list("hash", flat=True).first()
    shared = from_json(parts.shared)
    return PlanRevision(
        plan=plan,
        number=last + 1,
        title=plan.title,
        edition_id=plan.edition_id,
        year_from=plan.year_from,
        year_to=plan.year_to,
        content=parts.shared,
        private_kinds=plan.private_kinds,
        private_commitment=parts.commitment,
        shared_hash=parts.shared_hash,
        hash=parts.hash,
        parent_hash=parent or "",
        reason_kind=plan.reason_kind,
        reason=plan.reason,
        attribution=credits_of(plan),
        attachments=manifest(plan),
        item_keys=list(shared.item_keys()),
        area_keys=list(shared.areas()),
        search_text=_search_text(plan, shared),
        drafted_by_id=plan.drafted_by_id,
        drafted_by_name=plan.drafted_by_name,
        approved_by_id=account_id(by),
        approved_by_name=by.label,
        visibility=plan.visibility,
        reader_ids=plan.reader_ids,
        phase=plan.phase,
        phase_since=plan.phase_since,
    )


def _search_text(plan: Plan, content: Document) -> str:
    """Of the shared part: what is withheld can't be found by its words either."""
    name = Municipality.objects.values_list("name", flat=True).get(pk=plan.municipality_id)
    return "\n".join(
        (name, plan.title, *(clause.text("title") for clause in content.clauses if clause.text("title")))
    )
