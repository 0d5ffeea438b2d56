"""What a draft's users do with it as a whole: name it, submit it, take it back, revise it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import recall_plan, revise_plan, save_head, submit_plan
from shared_plans.domain.document import Document
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import EditHeadForm, ReviseForm
from shared_plans.labels import KINDS
from shared_plans.models import Plan, ReasonKind
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import items_of
from shared_plans.queries.plans import own_plan
from shared_plans.showing import Words

from .commenting import BesideClauses
from .pages import OnePlan, document_of, head_facts, plan_url, sections_of
from .plans import receipt_url

NONE = Document()


class StepView(OnePlan, FormView):
    """A form page for one step; who may not take it now is led back to the plan."""

    request: PortalRequest
    step: Step

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and self.step.value not in self.steps():
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "facts": head_facts(self.plan),
            "back": self.url,
            "crumbs": self.crumbs(Crumb(self.heading())),
        }

    def heading(self) -> str:
        raise NotImplementedError


class EditHead(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/edit_head.html"
    form_class = EditHeadForm
    step = Step.EDIT

    def heading(self) -> str:
        return _("名称と期間")

    def get_initial(self) -> dict[str, object]:
        names = ("title", "year_from", "year_to", "lock_version")
        return {name: getattr(self.plan, name) for name in names}

    def perform(self, form: BaseForm) -> str:
        try:
            save_head(by=self.request.actor, plan=self.plan, **form.cleaned_data)
        except ValidationError as error:
            if getattr(error, "code", "") == "conflict":
                self._take_note(form)
            raise
        messages.success(self.request, _("名称と期間を保存しました。"))
        return plan_url(self.request, "edit", self.plan)

    def _take_note(self, form: BaseForm) -> None:
        """What was typed stays in the form; saving again is then deliberate."""
        present = own_plan(self.plan.pk)
        data = self.request.POST.copy()
        data["lock_version"] = str(present.lock_version if present else 0)
        form.data = data


class SubmitPlan(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/submit.html"
    form_class = Form
    step = Step.SUBMIT

    def heading(self) -> str:
        return _("決裁の依頼")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        edit = plan_url(self.request, "edit", self.plan)
        return {
            **super().get_context_data(**kwargs),
            "sections": sections_of(self.plan),
            "comments": BesideClauses(self.request, self.plan),
            "edit": edit,
        }

    def perform(self, form: BaseForm) -> str:
        try:
            submit_plan(by=self.request.actor, plan=self.plan)
        except ValidationError as error:
            raise named(error, self.plan) from error
        return receipt_url(self.request, self.plan, "submitted")


class RecallPlan(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/recall.html"
    form_class = Form
    step = Step.WITHDRAW

    def heading(self) -> str:
        return _("取下げ")

    def perform(self, form: BaseForm) -> str:
        recall_plan(by=self.request.actor, plan=self.plan)
        messages.success(self.request, _("取り下げました。再び編集できます。"))
        return self.url


class RevisePlan(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/revise.html"
    form_class = ReviseForm
    step = Step.REVISE

    def get_initial(self) -> dict[str, object]:
        """`?reason_kind=` is what the page that led here revises for."""
        given = self.request.GET.get("reason_kind", "")
        return {"reason_kind": given} if given in ReasonKind.values else {}

    def heading(self) -> str:
        return _("改訂")

    def perform(self, form: BaseForm) -> str:
        revise_plan(by=self.request.actor, plan=self.plan, **form.cleaned_data)
        return plan_url(self.request, "edit", self.plan)


def named(error: ValidationError, plan: Plan, more: Document = NONE) -> ValidationError:
    """On a page without fields, problems carry the name of their clause, of the draft or of `more`."""
    if not hasattr(error, "error_dict"):
        return error
    document = Document((*document_of(plan).clauses, *more.clauses))
    words = Words(document, items_of(plan.edition))
    texts = []
    for place, messages_ in error.message_dict.items():
        clause = document.clause(place.partition(".")[0])
        where = f"{KINDS[clause.kind]} {words.title(clause)}" if clause else ""
        texts += [f"{where}: {message}" if where else message for message in messages_]
    return ValidationError(texts)
