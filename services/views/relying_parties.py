"""The secretariat's side of third-party services: the list, the registration, the page of one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from consortium.domain.file_names import clean_name
from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from consortium.tabular.lists import Exportable
from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb
from consortium.ui.wizards import Wizard, WizardStep
from services import developers, queries
from services.actions import register_relying_party
from services.forms import ComponentChoiceForm, ConnectionForm, PartyForm
from services.letters import approval_notice
from services.pages import party_pages
from services.permissions import ServicesPermission
from services.tables import RelyingPartyTable

from .catalogue import attribute_labels
from .one_party import OneParty, facts_of, proposed_facts


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
    """First the component, which decides the sector, then who asks for what, then how it connects.

    `?component=` names the first.
    """

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    title = gettext_lazy("サービスの登録")
    url_name = "services:register_relying_party"
    submit_label = gettext_lazy("登録する")
    steps = (
        WizardStep("component", gettext_lazy("共通部品"), ComponentChoiceForm),
        WizardStep("service", gettext_lazy("サービス"), PartyForm),
        WizardStep("connection", gettext_lazy("接続"), ConnectionForm),
    )

    def get_initial(self) -> dict[str, object]:
        return {"component": self.request.GET.get("component", "")}

    def step_kwargs(self, step: WizardStep, values: Mapping[str, Any]) -> dict[str, object]:
        if step.key == "component" or "component" not in values:
            return {}
        component = get_object_or_404(queries.components(), code=values["component"])
        return {"sector_key": component.sector} | (
            {"test": bool(values.get("test"))} if step.key == "connection" else {}
        )

    def complete(self, values: dict[str, Any]) -> str:
        component = get_object_or_404(queries.components(), code=values.pop("component"))
        made = register_relying_party(by=self.request.actor, component=component, **values)
        party = made.relying_party
        developers.keep_secret(self.request.session, party.client_id, made.secret)
        messages.success(
            self.request, _("連携サービスを登録しました。ほかの事務局員が承認すると利用できます。")
        )
        return reverse("services:relying_party", kwargs={"client_id": party.client_id})


@method_decorator(never_cache, name="dispatch")
class RelyingPartyDetail(OneParty, TemplateView):
    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/relying_party.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        change = queries.open_change(self.party)
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "facts": facts_of(self.party),
            "change": change,
            "change_facts": proposed_facts(change) if change else [],
            "is_own": bool(self.request.actor.persons & set(self.party.registered_by)),
            "is_own_suspension": bool(self.request.actor.persons & set(self.party.suspended_by)),
            "is_own_change": bool(change and self.request.actor.persons & set(change.proposed_by)),
            "secrets": queries.live_secrets(self.party),
            "keys": self.party.jwks.get("keys", []),
            "secret": developers.take_secret(self.request.session, self.party.client_id),
            "pages": [(one.label, reverse(one.url_name, args=[self.party.client_id])) for one in party_pages],
            "crumbs": self.crumbs(),
        }


class Developer(OneParty, TemplateView):
    """What a service's developer needs to connect, to be handed over: identifiers and working settings."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/developer.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "connection": developers.connection(self.party),
            "samples": developers.samples(self.party),
            "crumbs": self.crumbs(Crumb(_("開発者への案内"))),
        }


class ApprovalNotice(OneParty, View):
    """The paper that tells whoever runs the service; there while it is approved."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE

    def get(self, request: PortalRequest, client_id: str) -> HttpResponse:
        if not self.party.is_approved:
            raise Http404("Not approved.")
        pdf = approval_notice(self.party, attribute_labels(self.party))
        name = _("連携承認通知書_%(name)s.pdf") % {"name": self.party.name}
        return attachment(pdf, "application/pdf", clean_name(name))
