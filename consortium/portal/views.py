"""Where one arrives, and where one changes sides."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView, View

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of

from .overview import cards_for, tasks_for
from .shell import SECRETARIAT_CODE


class Home(TemplateView):
    """The one place a person works in; a choice where there are several; advice where there is none."""

    template_name = "portal/choose.html"
    request: PortalRequest

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        places = places_of(request)
        if len(places) == 1:
            return HttpResponseRedirect(next(iter(places.values())))
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            municipalities=self.request.posts.places,
            in_secretariat=bool(self.request.posts.secretariat),
            **kwargs,
        )


class Switch(View):
    """POST code (empty for the secretariat) and next: work for another place of one's own."""

    http_method_names = ["post"]
    request: PortalRequest

    def post(self, request: PortalRequest) -> HttpResponse:
        code = request.POST.get("code", SECRETARIAT_CODE)
        places = places_of(request)
        if code not in places:
            raise Http404("Not a place of one's own.")
        home = places[code]
        if code != SECRETARIAT_CODE:
            request.session["municipality"] = next(one.pk for one in request.posts.places if one.code == code)
        asked = request.POST.get("next", "")
        inside = asked.startswith(home) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
        return HttpResponseRedirect(asked if inside else home)


class _TaskFirst(TemplateView):
    """対応が必要 first, then the overview."""

    permission = PortalPermission.VIEW
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            tasks=tasks_for(self.request.actor), cards=cards_for(self.request), **kwargs
        )


class TenantHome(_TaskFirst):
    template_name = "portal/tenant_home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(municipality=tenant_of(self.request), **kwargs)


class SecretariatHome(_TaskFirst):
    template_name = "portal/secretariat_home.html"


def places_of(request: PortalRequest) -> dict[str, str]:
    """Code → home of every place where the person has a post today."""
    places = {one.code: reverse("portal:tenant_home", args=[one.code]) for one in request.posts.places}
    if request.posts.secretariat:
        places[SECRETARIAT_CODE] = reverse("portal:secretariat_home")
    return places
