"""The page behind an invitation's link: open to whoever holds the link."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consortium.dates import calendar_date
from consortium.membership import queries
from consortium.membership.access import PUBLIC
from consortium.membership.actions import InvitationClosed, accept_invitation
from consortium.membership.forms import AcceptForm
from consortium.membership.models import SecretariatInvitation, StaffInvitation
from consortium.membership.requests import PortalRequest, is_signed_in, tenant_of
from consortium.membership.roles import ROLES, names_of
from consortium.ui.forms import Form
from consortium.ui.views import FormView

GONE = 410


@method_decorator([login_not_required, never_cache], name="dispatch")
class _AcceptInvitation(FormView):
    """A newcomer sets name and password; who has an account signs in and confirms."""

    permission = PUBLIC
    template_name = "membership/invitation.html"
    request: PortalRequest
    invitation: StaffInvitation | SecretariatInvitation

    def find(self, token: str) -> StaffInvitation | SecretariatInvitation | None:
        raise NotImplementedError

    def place(self) -> str:
        raise NotImplementedError

    def home(self) -> str:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.find(kwargs["token"])
        if found is None or not found.is_open:
            return _gone(request)
        self.invitation = found
        if self.is_other_account() or self.must_sign_in():
            return self.render_to_response(self.get_context_data(form=None), status=self._status())
        return super().dispatch(request, *args, **kwargs)

    def is_other_account(self) -> bool:
        return is_signed_in(self.request) and self.request.user.email != self.invitation.email

    def must_sign_in(self) -> bool:
        return not is_signed_in(self.request) and queries.has_account(self.invitation.email)

    def _status(self) -> int:
        return 403 if self.request.method == "POST" else 200

    def get_form_class(self) -> type[Form]:
        return Form if is_signed_in(self.request) else AcceptForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.invitation.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            invitation=self.invitation,
            place=self.place(),
            role=ROLES[self.invitation.role],
            roles=names_of(self.invitation.roles),
            other_account=self.is_other_account(),
            must_sign_in=self.must_sign_in(),
            sign_in_url=f"{reverse('account_login')}?next={self.request.path}",
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except InvitationClosed:
            return _gone(self.request)

    def perform(self, form: Any) -> str:
        signed_in = self.request.user if is_signed_in(self.request) else None
        accepted = accept_invitation(
            by=self.request.actor, invitation=self.invitation, user=signed_in, **form.cleaned_data
        )
        if accepted.is_new:
            # The password was set a moment ago: it isn't asked for again to register a second factor.
            record_authentication(self.request, accepted.user, method="password", reauthenticated=True)
            perform_login(self.request, accepted.user, email_verification="none", redirect_url=self.home())
        if day := self.invitation.begins_later:
            text = _("招待を受け付けました。%(place)sのページは%(day)sから使えます。")
            messages.success(self.request, text % {"place": self.place(), "day": calendar_date(day)})
            return reverse("membership:account")
        messages.success(self.request, _("招待を受け付けました。"))
        return self.home()


class StaffInvitationView(_AcceptInvitation):
    def find(self, token: str) -> StaffInvitation | None:
        return queries.staff_invitation(token)

    def place(self) -> str:
        return tenant_of(self.request).name

    def home(self) -> str:
        return reverse("portal:tenant_home", args=[tenant_of(self.request).code])


class SecretariatInvitationView(_AcceptInvitation):
    def find(self, token: str) -> SecretariatInvitation | None:
        return queries.secretariat_invitation(token)

    def place(self) -> str:
        return _("事務局")

    def home(self) -> str:
        return reverse("portal:secretariat_home")


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/invitation_gone.html", status=GONE)
