"""One clause of a draft at a time, so that several can write one plan: edits meet field by field."""

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Clause, Document, from_json, made, to_json
from shared_plans.domain.kinds import references
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.merge import Conflict, merge
from shared_plans.models import Plan
from shared_plans.permissions import PlansPermission

from .steps import add_author, check, locked, may_take, take

MEANWHILE: Final = _(
    "この項目は、開いた後にほかの人が保存しました。入力した内容は保存されていませんが、この画面に残しています。"
)
STILL_NEEDED: Final = _("「%(title)s」がこの項目を使っています。先にそちらを直してください。")


class Meanwhile(ValidationError):
    """Somebody else saved the same fields; `conflicts` has theirs as `theirs`."""

    def __init__(self, conflicts: tuple[Conflict, ...], present: Clause | None) -> None:
        super().__init__(MEANWHILE, code="conflict")
        self.conflicts = conflicts
        self.present = present


@action(PlansPermission.WRITE)
def save_clause(*, by: Actor, plan: Plan, clause: Clause, seen: Clause | None) -> Plan:
    """Put a clause in its place, or at the end. seen: what the writer had before her, None for a new one.

    What others saved in other fields meanwhile stays. Raises Meanwhile for the same fields, ValidationError
    by place (shared_plans.domain.paths).
    """
    current, document = _open(plan, by)
    mine = made(clause.id, clause.kind, clause.values)
    merged = merge(_only(seen), Document((mine,)), _only(document.clause(clause.id)))
    if merged.conflicts:
        raise Meanwhile(merged.conflicts, document.clause(clause.id))
    for one in merged.document.clauses:
        document = document.with_clause(one)
    return _keep(current, document, by, clause=clause.id)


@action(PlansPermission.WRITE)
def remove_clause(*, by: Actor, plan: Plan, clause_id: str, seen: Clause | None) -> Plan:
    """Take a clause away; one that is gone already is fine. Raises Meanwhile, ValidationError `needed`."""
    current, document = _open(plan, by)
    present = document.clause(clause_id)
    if present and seen and present != seen:
        conflicts = merge(_only(seen), Document(), _only(present)).conflicts
        raise Meanwhile(conflicts, present)
    for other in document.clauses:
        if any(other.text(field.key) == clause_id for field in references(other.kind)):
            title = other.text("title") or other.text("role")
            raise ValidationError(STILL_NEEDED, code="needed", params={"title": title})
    return _keep(current, document.without(clause_id), by, clause=clause_id)


def _open(plan: Plan, by: Actor) -> tuple[Plan, Document]:
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    return current, from_json(current.draft)


def _only(clause: Clause | None) -> Document:
    return Document((clause,)) if clause else Document()


def _keep(plan: Plan, document: Document, by: Actor, *, clause: str) -> Plan:
    take(Step.EDIT, plan, by=by)
    check(document, plan, complete=False, only=clause)
    plan.draft = to_json(document)
    add_author(plan, by)
    plan.save()
    record(by=by, action="plan.saved", target=plan, detail={"clause": clause})
    return plan
