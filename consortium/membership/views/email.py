"""The address one signs in with: changing it, proving the new one, stopping the change from the old one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from consortium.membership import account_queries, limits, queries
from consortium.membership.access import dangerous
from consortium.membership.actions import ask_email_change, prove_email_change, stop_email_change
from consortium.membership.forms import EmailForm
from consortium.membership.models import EmailChange
from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.views import FormView

GONE = 410


@dangerous
class ChangeEmail(FormView):
    """Says the same whether or not another account has the address."""

    template_name = "membership/email.html"
    form_class = EmailForm
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(change=account_queries.open_email_change(self.request.user), **kwargs)

    def perform(self, form: Any) -> str:
        limits.count(self.request, "change_email")
        ask_email_change(by=self.request.actor, user=self.request.user, email=form.cleaned_data["email"])
        messages.success(self.request, _("新しいメールアドレスに確認のリンクを送りました。"))
        return reverse("membership:email")


class CancelEmailChange(View):
    http_method_names = ["post"]

    def post(self, request: PortalRequest) -> HttpResponse:
        if change := account_queries.open_email_change(request.user):
            stop_email_change(by=request.actor, change=change)
            messages.success(request, _("メールアドレスの変更を取りやめました。"))
        return HttpResponseRedirect(reverse("membership:email"))


@method_decorator(never_cache, name="dispatch")
class _Link(FormView):
    """A link out of a mail. Opening it changes nothing: mail filters open links too."""

    form_class = Form
    request: PortalRequest
    change: EmailChange

    def find(self, token: str) -> EmailChange | None:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.find(kwargs["token"])
        if found is None:
            return render(request, "membership/email_link_gone.html", status=GONE)
        self.change = found
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(change=self.change, **kwargs)


class ProveEmail(_Link):
    """Asks for a sign-in: who got the link by a slip of the keyboard can do nothing with it."""

    template_name = "membership/prove_email.html"

    def find(self, token: str) -> EmailChange | None:
        change = account_queries.email_change(proof_hash=queries.hashed(token))
        own = change is not None and change.user_id == self.request.user.pk
        return change if own and change and change.can_be_proved else None

    def perform(self, form: Any) -> str:
        prove_email_change(by=self.request.actor, change=self.change)
        messages.success(
            self.request, _("メールアドレスを変更しました。次回から新しい宛先でサインインします。")
        )
        return reverse("membership:account")


@method_decorator(login_not_required, name="dispatch")
class StopEmailChange(_Link):
    template_name = "membership/stop_email.html"

    def find(self, token: str) -> EmailChange | None:
        change = account_queries.email_change(stop_hash=queries.hashed(token))
        return change if change and change.can_be_stopped else None

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            undone = stop_email_change(by=self.request.actor, change=self.change)
        except ValidationError:
            return render(self.request, "membership/email_link_gone.html", status=GONE)
        return render(self.request, "membership/email_stopped.html", {"undone": undone})
