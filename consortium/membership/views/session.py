"""The clock of a sign-in, for the notice that it is about to end; and the proof before a dangerous deed."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.generic import View

from consortium.membership.confinement import Confinement, confinement
from consortium.membership.reauthentication import CODES, confirm_url, is_recent, shown_lately
from consortium.membership.requests import PortalRequest
from consortium.tenancy.models import Municipality


@method_decorator(never_cache, name="dispatch")
class Clock(View):
    """GET says when the session ends; POST is a deed, hence puts that off."""

    def get(self, request: Any) -> HttpResponse:
        return JsonResponse({"ends": request.session_ends.isoformat()})

    post = get


@method_decorator(never_cache, name="dispatch")
class Confirm(View):
    """Leads through the proofs that are still missing, then on to `next`."""

    def get(self, request: PortalRequest) -> HttpResponse:
        back = _inside(request)
        if is_recent(request):
            return HttpResponseRedirect(back)
        if confined := confinement(request):
            return HttpResponseRedirect(_provider_url(confined, back))
        kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
        page = _next_proof(request, kinds)
        if not page:
            return render(request, "membership/sign_in_again.html", {"next": back})
        return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': confirm_url(back)})}")


def _provider_url(confined: Confinement, back: str) -> str:
    """Who came by the municipality's provider shows herself there once more."""
    code = Municipality.objects.get(pk=confined.municipality_id).code
    return f"{reverse('sso:start', args=[code])}?{urlencode({'next': back, 'again': 1})}"


def _next_proof(request: PortalRequest, kinds: set[str]) -> str:
    """Passkey first; who began with the password is asked for the code."""
    shown = shown_lately(request)
    if "webauthn" in kinds and not shown & {"password", *CODES}:
        return "mfa_reauthenticate_webauthn"
    if "password" not in shown and request.user.has_usable_password():
        return "account_reauthenticate"
    if kinds & CODES:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if "webauthn" in kinds else ""


def _inside(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    inside = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if inside else "/"
