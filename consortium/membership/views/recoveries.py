"""Recovery of an account by two people; the same pages under a municipality and under the secretariat."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from consortium.dates import calendar_time
from consortium.membership import account_queries, queries
from consortium.membership.access import PUBLIC, dangerous
from consortium.membership.account_tables import RecoveryTable, recovery_state
from consortium.membership.actions import (
    RecoveryClosed,
    confirm_recovery,
    open_recovery,
    stop_recovery,
    use_recovery,
    why_not,
)
from consortium.membership.forms import RecoverForm, RecoverSomebodyForm, RecoveryPasswordForm
from consortium.membership.models import Recovery, StaffPost
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView

GONE = 410


def url(request: PortalRequest, name: str, *args: Any) -> str:
    """The page of this name on the side of the path."""
    if request.municipality:
        return reverse(f"membership:{name}", args=[request.municipality.code, *args])
    return reverse(f"membership:secretariat_{name}", args=args)


def _crumbs(request: PortalRequest, here: str) -> list[Crumb]:
    return [Crumb(_("アカウントの回復"), url(request, "recoveries")), Crumb(here)]


def _of_path(request: PortalRequest, pk: Any) -> Recovery:
    found = account_queries.recovery(pk, in_municipality=request.municipality is not None)
    if found is None:
        raise Http404("No such recovery here.")
    return found


class Recoveries(TemplateView):
    permission = MembershipPermission.RECOVER_ACCOUNTS
    template_name = "membership/recoveries.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = account_queries.recoveries(in_municipality=self.request.municipality is not None)
        new = "" if self.request.municipality else url(self.request, "recover")
        table = RecoveryTable(self.request, found, url=lambda one: url(self.request, "recovery", one.pk))
        return super().get_context_data(table=table, new=new, **kwargs)


@dangerous
class Recover(FormView):
    """Under a municipality for the holder of a post, under the secretariat for somebody to choose."""

    permission = MembershipPermission.RECOVER_ACCOUNTS
    template_name = "membership/recover.html"
    request: PortalRequest

    def get_form_class(self) -> type[Form]:
        return RecoverForm if self.request.municipality else RecoverSomebodyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.request.municipality is None:
            kwargs["people"] = account_queries.recoverable_by_secretariat(self.request.user)
        return kwargs

    def post_of_path(self) -> StaffPost | None:
        if self.request.municipality is None:
            return None
        posts = StaffPost.objects.select_related("user")
        post: StaffPost | None = queries.current(posts.filter(pk=self.kwargs["post"])).first()
        if post is None:
            raise Http404("No such post here.")
        return post

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = _crumbs(self.request, _("回復を始める"))
        return super().get_context_data(post=self.post_of_path(), crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        post = self.post_of_path()
        user = post.user if post else form.cleaned_data["user"]
        recovery = open_recovery(by=self.request.actor, user=user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("回復の手続を始めました。別の職員の確認を待っています。"))
        return url(self.request, "recovery", recovery.pk)


@dangerous
class OneRecovery(FormView):
    """What it is about, and the second person's button."""

    permission = MembershipPermission.RECOVER_ACCOUNTS
    template_name = "membership/recovery.html"
    form_class = Form
    request: PortalRequest

    def recovery(self) -> Recovery:
        return _of_path(self.request, self.kwargs["recovery"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recovery = self.recovery()
        by = self.request.actor.exercising(MembershipPermission.RECOVER_ACCOUNTS)
        return super().get_context_data(
            recovery=recovery,
            facts=_facts(recovery),
            refusal=why_not(by, recovery) if recovery.waits else "",
            stop_url=url(self.request, "stop_recovery", recovery.pk),
            crumbs=_crumbs(self.request, recovery.user.name),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        confirm_recovery(by=self.request.actor, recovery=self.recovery())
        messages.success(self.request, _("確認しました。本人のメールアドレスにリンクを送りました。"))
        return url(self.request, "recovery", self.kwargs["recovery"])


class StopRecovery(View):
    """Also pressed by the person concerned, on her account page."""

    permission = PortalPermission.VIEW
    http_method_names = ["post"]

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        recovery = _of_path(request, kwargs["recovery"])
        try:
            stop_recovery(by=request.actor, recovery=recovery)
            messages.success(request, _("回復の手続を止めました。"))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        own = recovery.user_id == request.user.pk
        return HttpResponseRedirect(
            reverse("membership:account") if own else url(request, "recovery", recovery.pk)
        )


@method_decorator([login_not_required, never_cache], name="dispatch")
class UseRecovery(FormView):
    """The link out of the mail: a new password, then straight to registering a second factor."""

    permission = PUBLIC
    template_name = "membership/use_recovery.html"
    form_class = RecoveryPasswordForm
    request: PortalRequest
    recovery: Recovery

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        in_municipality = self.request.municipality is not None
        found = account_queries.recovery_by_token(kwargs["token"], in_municipality=in_municipality)
        if found is None or not found.can_be_used:
            return _gone(request)
        self.recovery = found
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(recovery=self.recovery, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except RecoveryClosed:
            return _gone(self.request)

    def perform(self, form: Any) -> str:
        password = form.cleaned_data["password1"]
        user = use_recovery(by=self.request.actor, recovery=self.recovery, password=password)
        home = f"{reverse('mfa_index')}?required=1"
        record_authentication(self.request, user, method="password", reauthenticated=True)
        perform_login(self.request, user, email_verification="none", redirect_url=home)
        messages.success(
            self.request, _("パスワードを設定しました。続けて、パスキーまたは認証アプリを登録してください。")
        )
        return home


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/recovery_gone.html", status=GONE)


def _facts(recovery: Recovery) -> list[Fact]:
    steps = [
        (_("手続を始めた職員"), recovery.opened_by_name, recovery.opened_at),
        (_("確認した職員"), recovery.confirmed_by_name, recovery.confirmed_at),
    ]
    return [
        Fact(_("対象の職員"), f"{recovery.user.name} {recovery.user.email}"),
        *([Fact(_("自治体"), recovery.municipality.name)] if hasattr(recovery, "municipality") else []),
        Fact(_("理由"), recovery.reason),
        *(Fact(label, f"{who} {calendar_time(when)}") for label, who, when in steps if when),
        *([Fact(_("本人の手続"), calendar_time(recovery.used_at))] if recovery.used_at else []),
        *([Fact(_("中止"), calendar_time(recovery.stopped_at))] if recovery.stopped_at else []),
        *([Fact(_("確認の期限"), calendar_time(recovery.waits_until))] if recovery.waits else []),
        Fact(_("状態"), recovery_state(recovery)[0]),
    ]
