"""国の計画の新しい版への対応: a draft's initiatives move under the items of a later edition."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import from_json, to_json
from shared_plans.domain.editions import moved
from shared_plans.domain.lifecycle import Step
from shared_plans.models import FrameworkEdition, NationalItem, Plan
from shared_plans.permissions import PlansPermission

from .steps import add_author, check, locked, may_take, take, unchanged_since


@action(PlansPermission.WRITE)
def move_to_edition(
    *,
    by: Actor,
    plan: Plan,
    lock_version: int,
    edition: FrameworkEdition,
    mapping: Mapping[str, Sequence[str]],
) -> Plan:
    """mapping: key of each item that the draft uses → keys of the later edition's items, one at least.

    Raises ValidationError: `conflict`, `wrong_status`, `not_later`; by the old key for what is missing.
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    unchanged_since(current, lock_version)
    take(Step.EDIT, current, by=by)
    if edition.order <= current.edition.order:
        raise ValidationError(_("今の版より新しい国の計画の版を選んでください。"), code="not_later")
    document = from_json(current.draft)
    _check_mapping(document.item_keys(), mapping, edition)
    earlier, current.edition = current.edition, edition
    document = moved(document, mapping)
    check(document, current, complete=False)
    current.draft = to_json(document)
    add_author(current, by)
    current.save()
    detail = {"from": earlier.key, "to": edition.key, "items": {old: [*new] for old, new in mapping.items()}}
    record(by=by, action="plan.moved_to_edition", target=current, detail=detail)
    return current


def _check_mapping(
    used: Sequence[str], mapping: Mapping[str, Sequence[str]], edition: FrameworkEdition
) -> None:
    known = set(NationalItem.objects.filter(edition=edition).values_list("key", flat=True))
    errors = {}
    for key in used:
        if not mapping.get(key):
            message = _("対応する項目を選んでください。")
            errors[key] = ValidationError(message, code="required")
        elif set(mapping[key]) - known:
            errors[key] = ValidationError(
                _("この版にない項目です。選び直してください。"), code="unknown_item"
            )
    if errors:
        raise ValidationError(errors)
