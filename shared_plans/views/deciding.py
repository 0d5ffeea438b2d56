"""決裁: approve what was submitted, or send it back."""

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.translation import gettext as _

from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from shared_plans.actions import Sharing, publish_plan, return_plan
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import DecisionForm
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import sources_of

from .commenting import BesideClauses
from .editing import StepView
from .files import draft_files
from .pages import sections_of
from .plans import receipt_url
from .sharing import chosen_sharing, reader_choices, sharing_initial


@dangerous
class ReviewPlan(StepView):
    """`do` is what was pressed: publish or return."""

    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/review.html"
    form_class = DecisionForm
    step = Step.PUBLISH

    def heading(self) -> str:
        return _("決裁")

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version, **sharing_initial(Sharing.of(self.plan))}

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "members": reader_choices()}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "sections": sections_of(self.plan),
            "attachments": draft_files(self.request, self.plan),
            "comments": BesideClauses(self.request, self.plan),
            "sources": sources_of(self.plan),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        if self.request.POST.get("do") == "return":
            return_plan(by=self.request.actor, plan=self.plan, reason=data["reason"])
            return receipt_url(self.request, self.plan, "returned")
        if data["reason"]:
            message = _("理由が入力されています。公表するときは消してください。")
            raise ValidationError({"reason": ValidationError(message, code="reason")})
        publish_plan(
            by=self.request.actor,
            plan=self.plan,
            lock_version=data["lock_version"],
            sharing=chosen_sharing(data),
        )
        return receipt_url(self.request, self.plan, "published")
