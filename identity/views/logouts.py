"""The secretariat sees whether a service hears of ended sign-ins."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb
from identity.queries.logouts import logout_notices, unheard
from identity.tables import LogoutTable
from services import queries
from services.models import RelyingParty
from services.permissions import ServicesPermission


class Logouts(TemplateView):
    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "identity/secretariat/logouts.html"

    @cached_property
    def party(self) -> RelyingParty:
        return get_object_or_404(queries.relying_parties(), client_id=self.kwargs["client_id"])

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        client_id = self.party.client_id
        service_url = reverse("services:relying_party", kwargs={"client_id": client_id})
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "table": LogoutTable(self.request, logout_notices(client_id)),
            "unheard": unheard(client_id),
            "crumbs": [
                Crumb(_("連携サービス"), reverse("services:relying_parties")),
                Crumb(self.party.name, service_url),
                Crumb(_("サインアウトの通知")),
            ],
        }
