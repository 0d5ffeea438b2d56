"""Adopting single initiatives of what another member published."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.language import place_name
from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import adopt_initiatives
from shared_plans.domain.document import Document
from shared_plans.domain.kinds import Kind
from shared_plans.models import Plan, PlanStatus
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import items_of
from shared_plans.queries.plans import own_plan, plans_in
from shared_plans.queries.readable import adoptable_document, readable_revision
from shared_plans.sharing_forms import EXISTING, InitiativesForm
from shared_plans.showing import Words

from .library import OneRevision, withdrawn_page
from .plans import receipt_url


class AdoptInitiatives(OneRevision, FormView):
    request: PortalRequest
    permission = PlansPermission.ADOPT
    template_name = "shared_plans/adopt_initiatives.html"
    form_class = InitiativesForm

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if readable_revision(self.kwargs["revision"]) is None:
            return withdrawn_page(self.request)
        if not self.document.of(Kind.INITIATIVE):
            return redirect(self.request.path)
        return super().post(request, *args, **kwargs)

    @cached_property
    def document(self) -> Document:
        return adoptable_document(self.revision)

    @cached_property
    def drafts(self) -> list[Plan]:
        return list(plans_in(PlanStatus.DRAFT).defer("draft").order_by("-updated_at"))

    def get_form_kwargs(self) -> dict[str, Any]:
        words = Words(self.document, items_of(self.revision.edition))
        initiatives = [(one.id, words.title(one)) for one in self.document.of(Kind.INITIATIVE)]
        plans = [(str(one.pk), one.title) for one in self.drafts]
        return {**super().get_form_kwargs(), "initiatives": initiatives, "plans": plans}

    def get_initial(self) -> dict[str, Any]:
        chosen = self.request.GET.getlist("initiative")
        head = {name: getattr(self.revision, name) for name in ("title", "year_from", "year_to")}
        return {**head, "initiatives": chosen}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "revision": self.revision,
            "owner": place_name(self.revision.municipality),
            "back": self.page_url,
            "crumbs": self.crumbs(Crumb(_("施策を選んで採用"))),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        into = own_plan(data["plan"]) if data["where"] == EXISTING else None
        plan = adopt_initiatives(
            by=self.request.actor,
            revision_id=self.kwargs["revision"],
            initiatives=data["initiatives"],
            into=into,
            title=data["title"],
            years=None if into else (data["year_from"], data["year_to"]),
        )
        return receipt_url(self.request, plan, "adopted")
