"""The buttons that move a clause up and down in the editor."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consortium.membership.requests import PortalRequest
from consortium.ui.views import Press
from shared_plans.actions import move_clause
from shared_plans.actions.steps import PROBLEMS
from shared_plans.domain.validation import ProblemCode
from shared_plans.permissions import PlansPermission

from .pages import OnePlan, plan_url


class MoveClause(OnePlan, Press):
    """`do`: up or down. `lock_version`: of the page that was pressed on."""

    request: PortalRequest
    permission = PlansPermission.WRITE

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        lock_version, do = request.POST.get("lock_version", ""), request.POST.get("do", "")
        if do not in {"up", "down"} or not lock_version.isascii() or not lock_version.isdigit():
            raise ValidationError(PROBLEMS[ProblemCode.UNKNOWN_CHOICE])
        move_clause(
            by=request.actor,
            plan=self.plan,
            clause_id=str(kwargs["clause"]),
            up=do == "up",
            lock_version=int(lock_version[:9]),
        )
        return _("並びを変えました。")

    def back(self, request: PortalRequest) -> str:
        return f"{plan_url(request, 'edit', self.plan)}#clause-{self.kwargs['clause']}"
