from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from consortium.membership import account_queries
from consortium.membership.models import Recovery, StaffRecovery
from consortium.membership.requests import PortalRequest


class Account(TemplateView):
    """Who one is signed in as, and ways to everything about signing in."""

    template_name = "membership/account.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.request.user).values_list("type", flat=True))
        recoveries = [(one, _stop_url(one)) for one in account_queries.own_recoveries(self.request.user)]
        return super().get_context_data(kinds=kinds, recoveries=recoveries, **kwargs)


def _stop_url(recovery: Recovery) -> str:
    if isinstance(recovery, StaffRecovery):
        return reverse("membership:stop_recovery", args=[recovery.municipality.code, recovery.pk])
    return reverse("membership:secretariat_stop_recovery", args=[recovery.pk])


@login_not_required
def not_offered(request: HttpRequest, key: str = "") -> HttpResponse:
    raise Http404("allauth's page is not in use.")
