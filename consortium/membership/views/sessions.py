"""Where an account is signed in, and signing it out there."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from consortium.domain.user_agent import device
from consortium.membership.account_tables import SessionTable, SignedIn
from consortium.membership.actions import end_own_sessions
from consortium.membership.requests import PortalRequest


@method_decorator(never_cache, name="dispatch")
class Sessions(TemplateView):
    """This device first, then the one used last."""

    template_name = "usersessions/usersession_list.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = UserSession.objects.purge_and_list(self.request.user)
        present = self.request.session.session_key
        lines = [
            SignedIn(one, device(one.user_agent) or _("不明なブラウザー"), one.session_key == present)
            for one in sorted(found, key=lambda one: one.last_seen_at, reverse=True)
        ]
        lines.sort(key=lambda line: not line.is_current)
        return super().get_context_data(
            table=SessionTable(self.request, lines), others=len(lines) > 1, **kwargs
        )


class _End(View):
    http_method_names = ["post"]

    def chosen(self, request: PortalRequest, **kwargs: Any) -> list[UserSession]:
        raise NotImplementedError

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        count = end_own_sessions(by=request.actor, sessions=self.chosen(request, **kwargs))
        done = ngettext("%(count)d台をサインアウトしました。", "%(count)d台をサインアウトしました。", count)
        messages.success(request, done % {"count": count})
        return HttpResponseRedirect(reverse("membership:sessions"))


def _others(request: PortalRequest) -> Any:
    own = UserSession.objects.filter(user=request.user)
    return own.exclude(session_key=request.session.session_key)


class EndSession(_End):
    """Of another device; this one has a button to sign out."""

    def chosen(self, request: PortalRequest, **kwargs: Any) -> list[UserSession]:
        found = _others(request).filter(pk=kwargs["session"])
        if not found:
            raise Http404("No such session of one's own elsewhere.")
        return list(found)


class EndOtherSessions(_End):
    def chosen(self, request: PortalRequest, **kwargs: Any) -> list[UserSession]:
        return list(_others(request))
