"""A plan that a member has published: look at it, adopt it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from consortium.language import place_name
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb, Fact
from consortium.ui.wizards import Wizard, WizardStep
from shared_plans.actions import adopt_plan
from shared_plans.forms import AdoptForm
from shared_plans.models import PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import adopters
from shared_plans.queries.library import own_copy
from shared_plans.queries.readable import readable_revision

from .files import paper_url, published_files
from .pages import head_facts, plan_url, shared_sections, tenant_url
from .plans import receipt_url, revision_facts


class OneRevision:
    """A revision that some member shares now."""

    request: PortalRequest
    kwargs: dict[str, UUID]

    @cached_property
    def revision(self) -> PlanRevision:
        found = readable_revision(self.kwargs["revision"])
        if found is None:
            raise Http404("Not shared, or withdrawn.")
        return found

    @property
    def page_url(self) -> str:
        return tenant_url(self.request, "library_plan", revision=self.revision.pk)

    @property
    def is_own(self) -> bool:
        return bool(self.revision.municipality_id == tenant_of(self.request).pk)

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        here = Crumb(self.revision.title, self.page_url if more else "")
        return [Crumb(_("計画ライブラリー"), tenant_url(self.request, "library")), here, *more]

    def facts(self) -> list[Fact]:
        owner = self.revision.municipality
        published_by = Fact(_("公表した自治体"), f"{place_name(owner.prefecture)} {place_name(owner)}")
        return [published_by, *head_facts(self.revision), *revision_facts(self.revision)]


class LibraryPlan(OneRevision, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/library_plan.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        copy = own_copy(self.revision)
        return {
            **super().get_context_data(**kwargs),
            "revision": self.revision,
            "sections": shared_sections(self.revision),
            "attachments": published_files(self.request, self.revision),
            "paper_url": paper_url(self.request, self.revision),
            "facts": self.facts(),
            "copy_url": plan_url(self.request, "plan", copy.plan) if copy else "",
            "may_adopt": not self.is_own and self.request.actor.can(PlansPermission.ADOPT),
            "is_own": self.is_own,
            "adopters": adopters([self.revision.plan_id]).get(self.revision.plan_id, 0),
            "crumbs": self.crumbs(),
        }


def withdrawn_page(request: PortalRequest) -> HttpResponse:
    """Says so, with nothing of the plan on it."""
    context = {"library": tenant_url(request, "library")}
    return render(request, "shared_plans/withdrawn.html", context, status=409)


class AdoptPlan(OneRevision, Wizard):
    """Preview was the library's page; what is one's own is asked, checked, and the receipt follows."""

    request: PortalRequest
    permission = PlansPermission.ADOPT
    title = gettext_lazy("計画の採用")
    url_name = "shared_plans:adopt"
    submit_label = gettext_lazy("採用する")
    steps = (WizardStep("head", gettext_lazy("名称と計画期間"), AdoptForm, "shared_plans/adopt.html"),)

    def step_kwargs(self, step: WizardStep, values: Mapping[str, Any]) -> dict[str, Any]:
        head = ("title", "year_from", "year_to")
        return {"initial": {name: getattr(self.revision, name) for name in head}}

    def step_context(self, step: WizardStep, form: Any) -> dict[str, Any]:
        copy = own_copy(self.revision)
        return {
            "revision": self.revision,
            "owner": place_name(self.revision.municipality),
            "sections": shared_sections(self.revision),
            "facts": self.facts(),
            "copy_url": plan_url(self.request, "plan", copy.plan) if copy else "",
        }

    def check_facts(self, step: WizardStep, form: BaseForm, url: str) -> list[Fact]:
        return [*super().check_facts(step, form, url), *self.facts()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "crumbs": self.crumbs(Crumb(_("採用")))}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return super().form_invalid(form) if self.is_shared else withdrawn_page(self.request)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.is_shared else withdrawn_page(self.request)

    @property
    def is_shared(self) -> bool:
        return readable_revision(self.kwargs["revision"]) is not None

    def complete(self, values: dict[str, Any]) -> str:
        plan = adopt_plan(
            by=self.request.actor,
            revision_id=self.kwargs["revision"],
            title=values["title"],
            years=(values["year_from"], values["year_to"]),
        )
        return receipt_url(self.request, plan, "adopted")
