"""自己点検: kept as it was answered."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.maturity import levels
from shared_plans.models import MaturityCheck
from shared_plans.permissions import PlansPermission

from .steps import account_id


@action(PlansPermission.WRITE)
def check_maturity(*, by: Actor, answers: Mapping[str, int]) -> MaturityCheck:
    """Keep the answers and what follows from them. Raises ValidationError unless all are given."""
    try:
        found = levels(answers)
    except ValueError as error:
        raise ValidationError(_("すべての問いに答えてください。"), code="incomplete") from error
    check = MaturityCheck(
        answers=dict(answers),
        levels={axis.value: level for axis, level in found.items()},
        checked_by_id=account_id(by),
        checked_by_name=by.label,
    )
    check.save(force_insert=True)
    record(by=by, action="maturity.checked", target=check, detail=check.levels)
    return check
