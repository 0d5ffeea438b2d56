"""An administrator's pages about the municipality's provider."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from consortium.membership.access import dangerous
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.membership.roles import ROLES
from consortium.sso import provider, queries, sessions
from consortium.sso.actions import clear_exception, configure, name_exception, set_policy, unlink
from consortium.sso.forms import ConnectionForm, ExceptionForm, PolicyForm
from consortium.sso.mapping import Claims, email_of, groups_of, is_strong, roles_for
from consortium.sso.models import (
    BreakGlass,
    DomainState,
    SsoConnection,
    SsoDomain,
    SsoEntrance,
    SsoLink,
)
from consortium.sso.outside import Question, answer
from consortium.sso.presentation import not_connected
from consortium.sso.tables import ClaimTable, ExceptionTable, LinkTable, OwnDomainTable
from consortium.ui.parts import Crumb, Fact, Step, steps
from consortium.ui.views import FormView, Press

from .entering import callback_url, home_of, leave


def settings_url(request: PortalRequest) -> str:
    return reverse("sso:settings", args=[tenant_of(request).code])


@dangerous
class Overview(FormView):
    """Where it stands, what comes next, and the policy."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "sso/settings.html"
    form_class = PolicyForm
    request: PortalRequest

    def get_initial(self) -> dict[str, Any]:
        return {"policy": queries.entrance().policy}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        connection, entrance = queries.connection(), queries.entrance()
        domains = list(queries.domains())
        return super().get_context_data(
            connection=connection,
            entrance=entrance,
            domains=OwnDomainTable(self.request, domains),
            steps=_steps(connection, entrance, domains),
            facts=_facts(self.request, connection),
            exceptions=ExceptionTable(self.request, list(queries.exceptions())),
            exception_form=ExceptionForm(people=queries.possible_exceptions()),
            links=LinkTable(self.request, list(queries.links())),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        set_policy(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("サインインの方針を変更しました。"))
        return settings_url(self.request)


def _steps(connection: SsoConnection | None, entrance: SsoEntrance, domains: list[SsoDomain]) -> list[Step]:
    confirmed = any(one.state == DomainState.CONFIRMED for one in domains)
    labels = [_("接続を設定"), _("接続を試す"), _("ドメインの確認(事務局)"), _("方針を決めて開始")]
    done = [connection is not None, bool(connection and connection.tested_at), confirmed, entrance.is_open]
    return steps(labels, done.index(False) if False in done else len(done))


def _facts(request: PortalRequest, connection: SsoConnection | None) -> list[Fact]:
    """What to register at the provider, then what was entered here."""
    own = [Fact(_("リダイレクトURI"), callback_url(tenant_of(request)))]
    if connection is None:
        return own
    groups = [
        f"{ROLES[role].name}: {'、'.join(listed)}" for role, listed in connection.groups_of_role.items()
    ]
    return [
        *own,
        Fact(_("発行者"), connection.issuer),
        Fact(_("クライアントID"), connection.client_id),
        Fact(_("クライアントシークレット"), _("設定済み") if connection.encrypted_secret else _("なし")),
        Fact(_("グループと役割"), " / ".join(groups) or _("対応なし(役割は手で割り当てる)")),
        Fact(
            _("アカウントの作成"),
            _("初めてのサインインで作成する") if connection.provisions else _("招待した職員だけ"),
        ),
    ]


@dangerous
class Connection(FormView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "sso/connection.html"
    form_class = ConnectionForm
    request: PortalRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        asked = queries.domains().exclude(state=DomainState.REFUSED)
        return {
            **kwargs,
            "connection": queries.connection(),
            "domains": list(asked.values_list("domain", flat=True)),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            Crumb(_("自治体のアカウントでのサインイン"), settings_url(self.request)),
            Crumb(_("接続の設定")),
        ]
        return super().get_context_data(
            crumbs=crumbs, callback_url=callback_url(tenant_of(self.request)), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if answer(request) is None and form.is_valid():
            return Question(partial(provider.discover, form.cleaned_data["issuer"], fresh=True))
        return super().post(request, *args, **kwargs)

    def perform(self, form: Any) -> str:
        discovered = answer(self.request)
        if discovered and discovered.error:
            raise not_connected(discovered.error)
        configure(by=self.request.actor, **form.values())
        messages.success(self.request, _("接続を設定しました。次に、接続を試してください。"))
        return settings_url(self.request)


@method_decorator(never_cache, name="dispatch")
class Test(View):
    """GET: to the provider as oneself, to see what comes back; nobody is signed in by it."""

    permission = MembershipPermission.MANAGE_STAFF
    http_method_names = ["get"]

    def get(self, request: PortalRequest, code: str) -> HttpResponse:
        connection = queries.connection()
        if connection is None:
            messages.error(request, _("先に接続を設定してください。"))
            return redirect(settings_url(request))
        return leave(request, connection, "test", home_of(tenant_of(request)))


class TestResult(TemplateView):
    """The claims that arrived, and what they would mean here."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "sso/test_result.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.session.get(sessions.TEST) or {}
        connection = queries.connection()
        here = kept.get("municipality") == tenant_of(self.request).pk
        claims = kept["claims"] if here and connection else None
        crumbs = [
            Crumb(_("自治体のアカウントでのサインイン"), settings_url(self.request)),
            Crumb(_("接続の試験")),
        ]
        meaning = _meaning(connection, claims) if connection and claims else []
        table = ClaimTable(self.request, list((claims or {}).items()))
        return super().get_context_data(table=table, meaning=meaning, crumbs=crumbs, **kwargs)


def _meaning(connection: SsoConnection, claims: Claims) -> list[Fact]:
    email, groups = email_of(claims), groups_of(claims, connection.groups_claim)
    roles = [str(ROLES[key].name) for key in roles_for(groups, connection.groups_of_role)]
    strong = is_strong(claims, trusted_acr=connection.trusted_acr, trusted_amr=connection.trusted_amr)
    state = queries.state_of(email) if email else ""
    return [
        Fact(_("メールアドレス"), email or _("届いていない、または確認済みでない")),
        Fact(_("ドメイン"), DomainState(state).label if state else _("登録したドメインではありません")),
        Fact(_("届いたグループ"), "、".join(groups) or _("なし")),
        Fact(_("対応する役割"), "、".join(roles) or _("なし")),
        Fact(
            _("二要素認証"),
            _("自治体側で済んでいるとみなします") if strong else _("管理者などの役割では、ここでも求めます"),
        ),
    ]


class _Press(Press):
    permission = MembershipPermission.MANAGE_STAFF

    def back(self, request: PortalRequest) -> str:
        return settings_url(request)


@dangerous
class NameException(_Press):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        form = ExceptionForm(request.POST, people=queries.possible_exceptions())
        if not form.is_valid():
            raise ValidationError(_("二要素認証を登録した管理者を選んでください。"))
        name_exception(by=request.actor, user=form.cleaned_data["user"])
        return _("非常用の管理者を指定しました。")


@dangerous
class ClearException(_Press):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        found = BreakGlass.objects.filter(pk=kwargs["exception"]).first()
        if found is None:
            raise Http404("No such exception here.")
        clear_exception(by=request.actor, exception=found)
        return _("非常用の指定を外しました。")


@dangerous
class Unlink(_Press):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        found = SsoLink.objects.filter(pk=kwargs["link"]).first()
        if found is None:
            raise Http404("No such link here.")
        unlink(by=request.actor, link=found)
        return _("連携を解除しました。次のサインインで、もう一度連携が必要です。")
