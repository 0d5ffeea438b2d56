"""決裁: an approver who did not write the plan returns or publishes it, and decides where it is shown."""

from django.db.models import Max

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import people, watchers
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import Document, cleaned, content_hash, from_json, to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.models import Plan, PlanAdoption, PlanRevision, Visibility
from shared_plans.notices import PUBLISHED, RETURNED, SOURCE_REVISED, topic_of
from shared_plans.permissions import PlansPermission

from .attaching import manifest, show_files
from .printing import print_revision
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
def publish_plan(
    *, by: Actor, plan: Plan, lock_version: int, visibility: Visibility = Visibility.CONSORTIUM
) -> PlanRevision:
    """Approve what the approver has seen (`lock_version`); it becomes the plan's next immutable revision.

    Raises ValidationError: `conflict`, `four_eyes`, `wrong_status`.
    """
    current = locked(plan)
    unchanged_since(current, lock_version)
    take(Step.PUBLISH, current, by=by)
    content = cleaned(from_json(current.draft))
    check(content, current, complete=True)
    revision = _next_revision(current, content, by, visibility)
    PlanRevision.objects.filter(plan=current, is_latest=True).update(is_latest=False)
    revision.save(force_insert=True)
    current.save()
    show_files(current)
    files = [entry["sha256"] for entry in revision.attachments]
    detail = {
        "number": revision.number,
        "hash": revision.hash,
        "visibility": str(visibility),
        "files": files,
    }
    record(by=by, action="plan.published", target=current, detail=detail)
    told = {"title": current.title, "number": revision.number}
    notify(PUBLISHED, to=people(*current.authors), values=told, target={"plan": current.pk})
    if visibility == Visibility.CONSORTIUM:
        _tell_adopters(revision)
    print_revision(by=by, revision=revision)
    return revision


@action(PlansPermission.APPROVE)
def share_plan(*, by: Actor, plan: Plan, visibility: Visibility) -> Plan:
    """Show the latest revision to all members, or withdraw every revision from their sight."""
    current = locked(plan)
    revisions = PlanRevision.objects.filter(plan=current)
    if visibility == Visibility.CONSORTIUM:
        revisions = revisions.filter(is_latest=True)
    changed = revisions.exclude(visibility=visibility).update(visibility=visibility)
    if changed:
        show_files(current)
        event = "plan.shared" if visibility == Visibility.CONSORTIUM else "plan.unshared"
        record(by=by, action=event, target=current, detail={"revisions": changed})
        if visibility == Visibility.CONSORTIUM:
            _tell_adopters(PlanRevision.objects.get(plan=current, is_latest=True))
    return current


def _tell_adopters(revision: PlanRevision) -> None:
    """Whoever watches; the link is to what the reader's own municipality sees of it."""
    values = {
        "title": revision.title,
        "number": revision.number,
        "source": revision.municipality.name,
    }
    notify(
        SOURCE_REVISED,
        to=watchers(topic_of(revision.plan_id)),
        values=values,
        target={"revision": revision.pk},
    )


def _next_revision(plan: Plan, content: Document, by: Actor, visibility: Visibility) -> PlanRevision:
    earlier = PlanRevision.objects.filter(plan=plan)
    last = earlier.aggregate(number=Max("number"))["number"] or 0
    parent = earlier.filter(number=last).values_list("hash", flat=True).first()
    adoption = PlanAdoption.objects.filter(plan=plan).only("attribution").first()
    data = to_json(content)
    return PlanRevision(
        plan=plan,
        number=last + 1,
        title=plan.title,
        edition_id=plan.edition_id,
        year_from=plan.year_from,
        year_to=plan.year_to,
        content=data,
        hash=content_hash(data),
        parent_hash=parent or "",
        reason=plan.reason,
        attribution=adoption.attribution if adoption else "",
        attachments=manifest(plan),
        item_keys=list(content.item_keys()),
        search_text=_search_text(plan, content),
        drafted_by_id=plan.drafted_by_id,
        drafted_by_name=plan.drafted_by_name,
        approved_by_id=account_id(by),
        approved_by_name=by.label,
        visibility=visibility,
    )


def _search_text(plan: Plan, content: Document) -> str:
    name = Municipality.objects.values_list("name", flat=True).get(pk=plan.municipality_id)
    return "\n".join(
        (name, plan.title, *(clause.text("title") for clause in content.clauses if clause.text("title")))
    )
