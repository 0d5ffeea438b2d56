"""決裁, and where a published plan is shown."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.translation import gettext as _

from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import publish_plan, return_plan, share_plan
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import DecisionForm
from shared_plans.models import Visibility
from shared_plans.permissions import PlansPermission
from shared_plans.queries.plans import adoption_of

from .editing import StepView
from .files import draft_files
from .pages import OnePlan, sections_of
from .plans import receipt_url


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
        return {"lock_version": self.plan.lock_version, "visibility": Visibility.CONSORTIUM}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "sections": sections_of(self.plan),
            "attachments": draft_files(self.request, self.plan),
            "adoption": adoption_of(self.plan),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        if self.request.POST.get("do") == "return":
            return_plan(by=self.request.actor, plan=self.plan, reason=data["reason"])
            return receipt_url(self.request, self.plan, "returned")
        if data["reason"]:
            message = _("理由が入力されています。公表するときは消してください。")
            raise ValidationError({"reason": ValidationError(message, code="reason")})
        visibility = Visibility(data["visibility"])
        publish_plan(
            by=self.request.actor, plan=self.plan, lock_version=data["lock_version"], visibility=visibility
        )
        return receipt_url(self.request, self.plan, "published")


@dangerous
class SharePlan(OnePlan, FormView):
    """Withdraw from the other members' sight, or show again."""

    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/share.html"
    form_class = Form
    visibility = Visibility.CONSORTIUM

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        shows = self.visibility == Visibility.CONSORTIUM
        title = _("参画自治体への公開") if shows else _("公開の取下げ")
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "shows": shows,
            "back": self.url,
            "crumbs": self.crumbs(Crumb(title)),
        }

    def perform(self, form: BaseForm) -> str:
        share_plan(by=self.request.actor, plan=self.plan, visibility=self.visibility)
        shows = self.visibility == Visibility.CONSORTIUM
        done = _("参画自治体に公開しました。") if shows else _("公開を取り下げました。")
        messages.success(self.request, done)
        return self.url
