"""The order of a draft's clauses within their kind."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import from_json, to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.models import Plan
from shared_plans.permissions import PlansPermission

from .steps import add_author, locked, may_take, take, unchanged_since


@action(PlansPermission.WRITE)
def move_clause(*, by: Actor, plan: Plan, clause_id: str, up: bool, lock_version: int) -> Plan:
    """Change places with the clause of its kind above or below; at the end of the row nothing changes.

    Raises ValidationError: `conflict`, or `gone` for a clause that the draft lacks.
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    document = from_json(current.draft)
    if document.clause(clause_id) is None:
        raise ValidationError(_("この項目は、計画の下書きから削除されています。"), code="gone")
    moved = document.moved(clause_id, up=up)
    if moved == document:
        return current
    take(Step.EDIT, current, by=by)
    current.draft = to_json(moved)
    add_author(current, by)
    current.save()
    record(by=by, action="plan.clause_moved", target=current, detail={"clause": clause_id})
    return current
