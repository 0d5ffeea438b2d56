"""Sign-in with means of our own, where the municipality wants its provider to be asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from consortium.membership.actions import refuse_sign_in
from consortium.membership.adapters import AccountAdapter as MembershipAdapter
from consortium.membership.models import User
from consortium.membership.posts import posts_of
from consortium.membership.queries import account_actor
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

from . import queries, sessions


class AccountAdapter(MembershipAdapter):
    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Comes after the password or passkey has proved right, so that it tells a stranger nothing.

        Who is about to link the provider's word to this account may pass: the middleware lets her no further.
        """
        response = super().pre_login(request, user, **kwargs)
        if response is not None or context.require().role != "none" or sessions.has_pending(request):
            return response
        with context.identified(user.pk):
            required = queries.required_instead(user, posts_of(user))
        return self._send_on(request, user, required) if required else None

    def _send_on(self, request: HttpRequest, user: User, municipality_id: int) -> HttpResponse:
        refuse_sign_in(by=account_actor(user), user=user, why="sso_required")
        municipality = Municipality.objects.get(pk=municipality_id)
        text = _("%(municipality)sの職員は、自治体のアカウントでサインインしてください。")
        messages.warning(request, text % {"municipality": municipality.name})
        return redirect(f"{reverse('sso:choose')}?q={municipality.code}")
