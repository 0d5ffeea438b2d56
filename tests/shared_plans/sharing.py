"""What tests of adopting, taking in and proposing have in common: deeds of both sides in one line."""

from typing import Any

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import adopt_plan, publish_plan, revise_plan, save_draft, submit_plan
from shared_plans.domain.document import Clause, Document, from_json, made
from shared_plans.models import Plan, PlanAdoption, PlanRevision
from tests.factories import acting


def with_values(clause: Clause, **values: Any) -> Clause:
    return made(clause.id, clause.kind, {**clause.values, **values})


def changed(document: Document, clause_id: str, **values: Any) -> Document:
    clause = document.clause(clause_id)
    assert clause
    return document.with_clause(with_values(clause, **values))


def rewrite(plan: Plan, user: Any, place: Municipality, document: Document) -> Plan:
    """The draft is replaced."""
    with acting(user, place) as by:
        present = Plan.objects.get(pk=plan.pk)
        return save_draft(by=by, plan=present, lock_version=present.lock_version, content=document)


def publish(plan: Plan, editor: Any, approver: Any, place: Municipality, **how: Any) -> PlanRevision:
    with acting(editor, place) as by:
        submitted = submit_plan(by=by, plan=plan)
    with acting(approver, place) as by:
        return publish_plan(by=by, plan=submitted, lock_version=submitted.lock_version, **how)


def move_on(
    revision: PlanRevision, editor: Any, approver: Any, place: Municipality, document: Document
) -> PlanRevision:
    """The source publishes its next revision."""
    with acting(editor, place) as by:
        plan = revise_plan(by=by, plan=revision.plan, reason="年次の見直し")
    return publish(rewrite(plan, editor, place, document), editor, approver, place)


def adopt(revision: PlanRevision, user: Any, place: Municipality) -> tuple[Plan, PlanAdoption]:
    with acting(user, place) as by:
        plan = adopt_plan(by=by, revision_id=revision.pk)
        return plan, PlanAdoption.objects.get(plan=plan)


def draft_of(plan: Plan) -> Document:
    with context.tenant(plan.municipality_id):
        return from_json(Plan.objects.get(pk=plan.pk).draft)


def fresh(plan: Plan) -> Plan:
    with context.tenant(plan.municipality_id):
        found: Plan = Plan.objects.select_related("edition").get(pk=plan.pk)
        return found
