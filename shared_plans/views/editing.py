"""The editor, and what its users do with a draft."""

from dataclasses import replace

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
from shared_plans import queries
from shared_plans.actions import recall_plan, revise_plan, save_draft, submit_plan
from shared_plans.domain.content import Content, Initiative, from_json, new_id
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import EditorForm, ReasonForm
from shared_plans.models import Plan
from shared_plans.permissions import PlansPermission

from .pages import OnePlan, by_item_of, head_facts, plan_url
from .plans import receipt_url


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


class EditPlan(StepView):
    """`do` is what was pressed: save, submit, add:<item key>, remove:<clause id>. Each saves the whole."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/edit.html"
    form_class = EditorForm
    step = Step.EDIT
    conflict: Plan | None = None

    def heading(self) -> str:
        return _("編集")

    def get_form_kwargs(self) -> dict[str, object]:
        content = from_json(self.plan.draft)
        items = queries.items_of(self.plan.edition)
        return {**super().get_form_kwargs(), "content": content, "items": items}

    def get_initial(self) -> dict[str, object]:
        names = ("title", "year_from", "year_to", "lock_version")
        return {name: getattr(self.plan, name) for name in names}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        theirs = by_item_of(self.conflict) if self.conflict else None
        return {**super().get_context_data(**kwargs), "conflict": self.conflict, "theirs": theirs}

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, EditorForm)  # noqa: S101  # it is our form_class
        what, _colon, which = self.request.POST.get("do", "save").partition(":")
        content, added = _after(form.content(), what, which)
        try:
            self._save(form, content)
        except ValidationError as error:
            if getattr(error, "code", "") == "conflict":
                self._offer_both(form)
            raise
        if what == "submit":
            return plan_url(self.request, "submit", self.plan)
        if not added:
            messages.success(self.request, _("下書きを保存しました。"))
        return f"{self.request.path}#id_{added}.title" if added else self.request.path

    def _save(self, form: EditorForm, content: Content) -> None:
        save_draft(
            by=self.request.actor,
            plan=self.plan,
            lock_version=form.cleaned_data["lock_version"],
            content=content,
            title=form.cleaned_data["title"],
            year_from=form.cleaned_data["year_from"],
            year_to=form.cleaned_data["year_to"],
        )

    def _offer_both(self, form: EditorForm) -> None:
        """What was typed stays in the form, theirs is shown beside it; saving again is then deliberate."""
        self.conflict = queries.plan(self.plan.pk)
        data = self.request.POST.copy()
        data["lock_version"] = str(self.conflict.lock_version if self.conflict else 0)
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
        return {**super().get_context_data(**kwargs), "groups": by_item_of(self.plan), "edit": edit}

    def perform(self, form: BaseForm) -> str:
        try:
            submit_plan(by=self.request.actor, plan=self.plan)
        except ValidationError as error:
            raise _named(error, from_json(self.plan.draft)) from error
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
    form_class = ReasonForm
    step = Step.REVISE

    def heading(self) -> str:
        return _("改訂")

    def perform(self, form: BaseForm) -> str:
        revise_plan(by=self.request.actor, plan=self.plan, reason=form.cleaned_data["reason"])
        return plan_url(self.request, "edit", self.plan)


def _after(content: Content, what: str, which: str) -> tuple[Content, str]:
    """The content after the button pressed, and the id of the clause it added."""
    if what == "remove":
        kept = tuple(clause for clause in content.clauses if clause.id != which)
        return replace(content, clauses=kept), ""
    if what == "add":
        clause = Initiative(id=new_id(), item=which, title="")
        return replace(content, clauses=(*content.clauses, clause)), clause.id
    return content, ""


def _named(error: ValidationError, content: Content) -> ValidationError:
    """On a page without fields, problems carry the name of their initiative."""
    if not hasattr(error, "error_dict"):
        return error
    texts = []
    for place, messages_ in error.message_dict.items():
        clause = content.clause(place.partition(".")[0])
        where = (clause.title or _("名称のない施策")) if clause else ""
        texts += [f"{where}: {message}" if where else message for message in messages_]
    return ValidationError(texts)
