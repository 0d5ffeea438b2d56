"""The secretariat's side: components, releases, third-party services."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from consortium.crypto import decrypt, encrypt
from consortium.domain.file_names import clean_name
from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from consortium.tabular.lists import Exportable
from consortium.ui.downloads import attachment
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView
from consortium.ui.wizards import Wizard, WizardStep
from services import queries
from services.actions import (
    approve_relying_party,
    publish_release,
    register_component,
    register_relying_party,
    suspend_relying_party,
)
from services.forms import ComponentChoiceForm, ComponentForm, ReleaseForm, RelyingPartyForm
from services.letters import approval_notice
from services.models import Component, RelyingParty
from services.permissions import ServicesPermission
from services.tables import ComponentTable, RelyingPartyTable

from .catalogue import attribute_labels

_SECRETS = "one_time_secrets"


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
            "releases": list(self.component.releases.all()),
            "services": list(self.component.relying_parties.all()),
            "crumbs": [Crumb(_("共通部品"), reverse("services:catalogue")), Crumb(self.component.name)],
        }

    def perform(self, form: BaseForm) -> str:
        release = publish_release(by=self.request.actor, component=self.component, **form.cleaned_data)
        messages.success(self.request, _("%(version)sを公開しました。") % {"version": release.version})
        return self.request.path


class RelyingParties(Exportable, TemplateView):
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/relying_parties.html"
    list_name = "services.relying-parties"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "table": self.table}

    def make_table(self) -> RelyingPartyTable:
        return RelyingPartyTable(self.request, queries.relying_parties())


@dangerous
class RegisterRelyingParty(Wizard):
    """First the component, which decides the sector, then the client. `?component=` names the first."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    title = gettext_lazy("サービスの登録")
    url_name = "services:register_relying_party"
    submit_label = gettext_lazy("登録する")
    steps = (
        WizardStep("component", gettext_lazy("共通部品"), ComponentChoiceForm),
        WizardStep("service", gettext_lazy("サービス"), RelyingPartyForm),
    )

    def get_initial(self) -> dict[str, object]:
        return {"component": self.request.GET.get("component", "")}

    def step_kwargs(self, step: WizardStep, values: Mapping[str, Any]) -> dict[str, object]:
        if step.key == "component" or "component" not in values:
            return {}
        return {"component": get_object_or_404(queries.components(), code=values["component"])}

    def complete(self, values: dict[str, Any]) -> str:
        component = get_object_or_404(queries.components(), code=values.pop("component"))
        made = register_relying_party(by=self.request.actor, component=component, **values)
        client_id = made.relying_party.client_id
        if made.secret:
            kept = self.request.session.get(_SECRETS, {})
            self.request.session[_SECRETS] = {**kept, client_id: encrypt(made.secret)}
        messages.success(self.request, _("連携サービスを登録しました。承認すると利用できます。"))
        return reverse("services:relying_party", kwargs={"client_id": client_id})


class _OneParty:
    request: PortalRequest
    kwargs: dict[str, str]

    @cached_property
    def party(self) -> RelyingParty:
        return get_object_or_404(queries.relying_parties(), client_id=self.kwargs["client_id"])

    @property
    def url(self) -> str:
        return reverse("services:relying_party", kwargs={"client_id": self.party.client_id})

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        here = Crumb(self.party.name, self.url if more else "")
        return [Crumb(_("連携サービス"), reverse("services:relying_parties")), here, *more]


@method_decorator(never_cache, name="dispatch")
class RelyingPartyDetail(_OneParty, TemplateView):
    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/relying_party.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "facts": _facts(self.party),
            "secret": self._take_secret(),
            "crumbs": self.crumbs(),
        }

    def _take_secret(self) -> str:
        """Shown at the first opening only; it waits in the session encrypted."""
        kept = dict(self.request.session.get(_SECRETS, {}))
        token = kept.pop(self.party.client_id, "")
        if token:
            self.request.session[_SECRETS] = kept
        return decrypt(token) if token else ""


@dangerous
class Decide(_OneParty, FormView):
    """Approve or suspend, after a page that says what it means."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/decide.html"
    form_class = Form
    suspend = False

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        title = _("利用の停止") if self.suspend else _("承認")
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "facts": _facts(self.party),
            "suspend": self.suspend,
            "crumbs": self.crumbs(Crumb(title)),
            "back": self.url,
        }

    def perform(self, form: BaseForm) -> str:
        decide = suspend_relying_party if self.suspend else approve_relying_party
        decide(by=self.request.actor, relying_party=self.party)
        messages.success(self.request, _("停止しました。") if self.suspend else _("承認しました。"))
        return self.url


class ApprovalNotice(_OneParty, View):
    """The paper that tells whoever runs the service; there while it is approved."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE

    def get(self, request: PortalRequest, client_id: str) -> HttpResponse:
        if not self.party.is_approved:
            raise Http404("Not approved.")
        pdf = approval_notice(self.party, attribute_labels(self.party))
        name = _("連携承認通知書_%(name)s.pdf") % {"name": self.party.name}
        return attachment(pdf, "application/pdf", clean_name(name))


def _facts(party: RelyingParty) -> list[Fact]:
    return [
        Fact(_("共通部品"), party.component.name),
        Fact(_("分野"), party.get_sector_display()),
        Fact(_("クライアントID"), party.client_id),
        Fact(_("クライアント認証"), party.get_auth_method_display()),
        Fact(_("利用目的"), party.purpose),
        Fact(_("求める属性"), _("、").join(attribute_labels(party))),
        Fact(_("リダイレクトURI"), " ".join(party.redirect_uris)),
        Fact(_("連絡先"), party.contact),
        Fact(_("試験用"), _("はい") if party.test else _("いいえ")),
    ]
