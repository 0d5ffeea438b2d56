"""A plan from a file: as a draft of its own, or in place of what a draft says."""

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.plan_file import PlanFile
from shared_plans.models import FrameworkEdition, Plan
from shared_plans.permissions import PlansPermission

from .drafting import draft_plan, save_draft


@action(PlansPermission.WRITE)
def import_plan(*, by: Actor, file: PlanFile, edition: FrameworkEdition) -> Plan:
    """Begin a plan. Raises ValidationError: by field or by place."""
    plan = draft_plan(
        by=by, title=file.title, edition=edition, year_from=file.year_from, year_to=file.year_to
    )
    plan = save_draft(by=by, plan=plan, lock_version=plan.lock_version, content=file.content)
    record(by=by, action="plan.imported", target=plan, detail={"clauses": len(file.content.clauses)})
    return plan


@action(PlansPermission.WRITE)
def import_into(*, by: Actor, plan: Plan, file: PlanFile, lock_version: int) -> Plan:
    """Replace what a draft says, its edition apart. lock_version: what the importer has seen.

    Raises ValidationError: `conflict` when somebody wrote meanwhile, else by field or by place.
    """
    plan = save_draft(
        by=by,
        plan=plan,
        lock_version=lock_version,
        content=file.content,
        title=file.title,
        year_from=file.year_from,
        year_to=file.year_to,
    )
    record(by=by, action="plan.imported", target=plan, detail={"clauses": len(file.content.clauses)})
    return plan
