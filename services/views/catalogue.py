"""The catalogue as a municipality sees it: look, adopt, end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from services import queries
from services.actions import adopt_component, end_adoption
from services.forms import ATTRIBUTE_LABELS
from services.models import Component, RelyingParty
from services.permissions import ServicesPermission
from services.tables import ReleaseTable


class ComponentList(TemplateView):
    permission = PortalPermission.VIEW
    template_name = "services/component_list.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        own = {adoption.component_id for adoption in queries.own_adoptions().filter(queries.in_force())}
        return {**super().get_context_data(**kwargs), "components": queries.components(), "own": own}


class _OneComponent:
    request: PortalRequest
    kwargs: dict[str, str]

    @cached_property
    def component(self) -> Component:
        return get_object_or_404(queries.components(), code=self.kwargs["component"])

    def url(self, name: str) -> str:
        code = tenant_of(self.request).code
        return reverse(f"services:{name}", kwargs={"code": code, "component": self.component.code})

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        catalogue = reverse("services:components", kwargs={"code": tenant_of(self.request).code})
        return [
            Crumb(_("共通部品"), catalogue),
            Crumb(self.component.name, self.url("component") if more else ""),
            *more,
        ]


class ComponentDetail(_OneComponent, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "services/component_detail.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "component": self.component,
            "crumbs": self.crumbs(),
            "adoption": queries.current_adoption(self.component),
            "adopters": queries.adopters(self.component),
            "releases": ReleaseTable(self.request, list(self.component.releases.all())),
            "services": [(party, attribute_labels(party)) for party in queries.approved_on(self.component)],
            "may_adopt": self.request.actor.can(ServicesPermission.ADOPT_COMPONENT),
        }


class Adopt(_OneComponent, FormView):
    request: PortalRequest
    permission = ServicesPermission.ADOPT_COMPONENT
    template_name = "services/adopt.html"
    form_class = Form

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        services = [(party, attribute_labels(party)) for party in queries.approved_on(self.component)]
        return {
            **super().get_context_data(**kwargs),
            "component": self.component,
            "release": self.component.releases.first(),
            "services": services,
            "crumbs": self.crumbs(Crumb(_("導入"))),
            "back": self.url("component"),
        }

    def perform(self, form: BaseForm) -> str:
        adopt_component(by=self.request.actor, component=self.component)
        messages.success(self.request, _("%(name)sを導入しました。") % {"name": self.component.name})
        return self.url("component")


class EndAdoption(_OneComponent, FormView):
    request: PortalRequest
    permission = ServicesPermission.ADOPT_COMPONENT
    template_name = "services/end_adoption.html"
    form_class = Form

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and queries.current_adoption(self.component) is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "component": self.component,
            "crumbs": self.crumbs(Crumb(_("利用の終了"))),
            "back": self.url("component"),
        }

    def perform(self, form: BaseForm) -> str:
        adoption = queries.current_adoption(self.component)
        if adoption is None:
            raise ValidationError(_("この部品の利用は既に終了しています。"), code="ended")
        end_adoption(by=self.request.actor, adoption=adoption)
        messages.success(self.request, _("%(name)sの利用を終了しました。") % {"name": self.component.name})
        return self.url("component")


def attribute_labels(party: RelyingParty) -> list[str]:
    return [str(ATTRIBUTE_LABELS.get(key, key)) for key in party.attributes]
