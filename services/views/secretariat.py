"""The secretariat's side of the catalogue: components and their releases."""

from django.contrib import messages
from django.forms import BaseForm
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.requests import PortalRequest
from consortium.tabular.lists import Exportable
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from services import queries
from services.actions import publish_release, register_component
from services.forms import ComponentForm, ReleaseForm
from services.models import Component
from services.permissions import ServicesPermission
from services.tables import ComponentTable, ReleaseTable


class Catalogue(Exportable, TemplateView):
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/catalogue.html"
    list_name = "services.components"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "table": self.table}

    def make_table(self) -> ComponentTable:
        return ComponentTable(self.request, queries.components())


class RegisterComponent(FormView):
    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/register_component.html"
    form_class = ComponentForm

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        crumbs = [Crumb(_("共通部品"), reverse("services:catalogue")), Crumb(_("部品の登録"))]
        return {**super().get_context_data(**kwargs), "crumbs": crumbs}

    def perform(self, form: BaseForm) -> str:
        component = register_component(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("%(name)sを登録しました。") % {"name": component.name})
        return reverse("services:catalogue_component", kwargs={"component": component.code})


class CatalogueComponent(FormView):
    """One component with its releases, and the form that publishes the next."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/component.html"
    form_class = ReleaseForm

    @cached_property
    def component(self) -> Component:
        return get_object_or_404(queries.components(), code=self.kwargs["component"])

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "component": self.component,
            "releases": ReleaseTable(self.request, list(self.component.releases.all())),
            "services": list(self.component.relying_parties.all()),
            "crumbs": [Crumb(_("共通部品"), reverse("services:catalogue")), Crumb(self.component.name)],
        }

    def perform(self, form: BaseForm) -> str:
        release = publish_release(by=self.request.actor, component=self.component, **form.cleaned_data)
        messages.success(self.request, _("%(version)sを公開しました。") % {"version": release.version})
        return self.request.path
