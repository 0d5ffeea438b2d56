"""公開範囲: who reads a plan, what of it, and how it looks to them."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.language import place_name
from consortium.membership.access import dangerous
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import Sharing, propose_sharing, share_plan
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.parts import split
from shared_plans.forms import ReachForm, SharingForm
from shared_plans.models import PlanRevision, Visibility
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import items_of
from shared_plans.queries.readers import named, possible_readers
from shared_plans.showing import sections

from .editing import StepView
from .pages import OnePlan, document_of, head_facts, plan_url, shared_sections
from .reach import Line, lines_of, reach_text


class SharingPage(OnePlan, TemplateView):
    """Section by section: who reads the latest revision, and who is to read the next."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/sharing.html"

    @cached_property
    def latest(self) -> PlanRevision | None:
        found: PlanRevision | None = PlanRevision.objects.filter(plan=self.plan, is_latest=True).first()
        return found

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        actor, revision = self.request.actor, self.latest
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "latest": revision,
            "latest_reach": _reach(revision) if revision else "",
            "latest_lines": self._lines(revision) if revision else [],
            "next_reach": _reach(self.plan),
            "next_lines": self._lines(self.plan),
            "has_draft": self.plan.status != "published",
            "may_share": revision is not None and actor.can(PlansPermission.APPROVE),
            "may_propose": Step.EDIT.value in self.steps(),
            "crumbs": self.crumbs(Crumb(_("公開範囲"))),
        }

    def _lines(self, source: Any) -> list[Line]:
        return lines_of(document_of(source), source.private_kinds, _reach(source))


class PreviewPlan(OnePlan, TemplateView):
    """他の自治体にはこう見えます: the draft if there is one, else the latest revision."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/preview.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        plan = self.plan
        latest = PlanRevision.objects.select_related("edition").filter(plan=plan, is_latest=True).first()
        source = plan if plan.status != "published" or latest is None else latest
        crumbs = [Crumb(_("公開範囲"), plan_url(self.request, "sharing", plan)), Crumb(_("見え方の確認"))]
        return {
            **super().get_context_data(**kwargs),
            "plan": plan,
            "revision": source if isinstance(source, PlanRevision) else None,
            "hidden": source.visibility == Visibility.PRIVATE,
            "reach": _reach(source),
            "sections": shared_sections(source) if isinstance(source, PlanRevision) else self._of_draft(),
            "facts": head_facts(source),
            "crumbs": self.crumbs(*crumbs),
        }

    def _of_draft(self) -> Any:
        kinds = [Kind(kind) for kind in self.plan.private_kinds]
        shared: Document = from_json(split(document_of(self.plan), kinds).shared)
        return sections(shared, items_of(self.plan.edition), withheld=self.plan.private_kinds)


class ProposeSharing(StepView):
    """Decides nothing yet: the approver sees it, and the next revision follows what is approved."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/propose_sharing.html"
    form_class = SharingForm
    step = Step.EDIT

    def heading(self) -> str:
        return _("次の版の公開範囲")

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "members": reader_choices()}

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version, **sharing_initial(Sharing.of(self.plan))}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        propose_sharing(
            by=self.request.actor,
            plan=self.plan,
            lock_version=data["lock_version"],
            sharing=chosen_sharing(data),
        )
        messages.success(self.request, _("次の版の公開範囲を保存しました。決裁のときに確定します。"))
        return plan_url(self.request, "sharing", self.plan)


@dangerous
class SharePlan(OnePlan, FormView):
    """Who reads what has been published."""

    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/share.html"
    form_class = ReachForm

    @cached_property
    def latest(self) -> PlanRevision | None:
        found: PlanRevision | None = PlanRevision.objects.filter(plan=self.plan, is_latest=True).first()
        return found

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Before anything is published there is nothing to change."""
        if self.latest is None:
            return HttpResponseRedirect(plan_url(self.request, "sharing", self.plan))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "members": reader_choices()}

    def get_initial(self) -> dict[str, object]:
        if self.latest is None:
            return {}
        visibility = Visibility(self.latest.visibility)
        shown = Visibility.CONSORTIUM if visibility == Visibility.PRIVATE else visibility
        return {"visibility": shown, "readers": self.latest.reader_ids}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "back": plan_url(self.request, "sharing", self.plan),
            "crumbs": self.crumbs(Crumb(_("公開範囲の変更"))),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        visibility = Visibility(data["visibility"])
        share_plan(
            by=self.request.actor, plan=self.plan, visibility=visibility, reader_ids=data.get("readers") or ()
        )
        done = (
            _("公開を取り下げました。") if visibility == Visibility.PRIVATE else _("公開範囲を変えました。")
        )
        messages.success(self.request, done)
        return plan_url(self.request, "sharing", self.plan)


@dangerous
class UnsharePlan(OnePlan, FormView):
    """Withdraw every revision from the others' sight at once."""

    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/unshare.html"
    form_class = Form

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "back": plan_url(self.request, "sharing", self.plan),
            "crumbs": self.crumbs(Crumb(_("公開の取下げ"))),
        }

    def perform(self, form: BaseForm) -> str:
        share_plan(by=self.request.actor, plan=self.plan, visibility=Visibility.PRIVATE)
        messages.success(self.request, _("公開を取り下げました。"))
        return self.url


def reader_choices() -> list[tuple[int, str]]:
    return [(one.pk, f"{place_name(one.prefecture)} {place_name(one)}") for one in possible_readers()]


def sharing_initial(sharing: Sharing) -> dict[str, object]:
    return {
        "visibility": sharing.visibility,
        "readers": list(sharing.readers),
        "private_kinds": [kind.value for kind in sharing.private_kinds],
    }


def chosen_sharing(data: dict[str, Any]) -> Sharing:
    kinds = tuple(Kind(kind) for kind in data["private_kinds"])
    return Sharing(Visibility(data["visibility"]), tuple(data.get("readers") or ()), kinds)


def _reach(source: Any) -> str:
    return reach_text(source.visibility, named(source.reader_ids))
