"""API tokens of a municipality's systems: list, issue, show once, revoke."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from consortium.crypto import decrypt, encrypt
from consortium.dates import calendar_time
from consortium.membership import queries
from consortium.membership.access import dangerous
from consortium.membership.actions import issue_token, revoke_token
from consortium.membership.forms import IssueTokenForm
from consortium.membership.models import ApiToken
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.membership.scopes import ALWAYS, NAMES
from consortium.membership.tables import EndedTokenTable, TokenTable
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView

_SECRETS = "api_tokens"


class Tokens(TemplateView):
    permission = MembershipPermission.MANAGE_TOKENS
    template_name = "membership/tokens.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = list(queries.api_tokens())
        return super().get_context_data(
            table=TokenTable(self.request, [token for token in every if token.is_valid]),
            ended=EndedTokenTable(self.request, [token for token in every if not token.is_valid]),
            **kwargs,
        )


@dangerous
class IssueToken(FormView):
    permission = MembershipPermission.MANAGE_TOKENS
    template_name = "membership/issue_token.html"
    form_class = IssueTokenForm
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(always=ALWAYS.name, crumbs=_crumbs(self.request, _("発行")), **kwargs)

    def perform(self, form: Any) -> str:
        issued = issue_token(by=self.request.actor, **form.cleaned_data)
        kept = self.request.session.get(_SECRETS, {})
        self.request.session[_SECRETS] = {**kept, str(issued.token.pk): encrypt(issued.secret)}
        return _url(self.request, "api_token", issued.token)


class _OneToken:
    request: PortalRequest
    kwargs: dict[str, Any]

    @cached_property
    def token(self) -> ApiToken:
        return get_object_or_404(queries.api_tokens(), pk=self.kwargs["api_token"])


@method_decorator(never_cache, name="dispatch")
class Token(_OneToken, TemplateView):
    request: PortalRequest
    permission = MembershipPermission.MANAGE_TOKENS
    template_name = "membership/token.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            token=self.token,
            secret=self._take_secret(),
            facts=facts(self.token),
            crumbs=_crumbs(self.request, self.token.name),
            **kwargs,
        )

    def _take_secret(self) -> str:
        """Shown at the first opening only; it waits in the session encrypted."""
        kept = dict(self.request.session.get(_SECRETS, {}))
        secret = kept.pop(str(self.token.pk), "")
        if secret:
            self.request.session[_SECRETS] = kept
        return decrypt(secret) if secret else ""


class RevokeToken(_OneToken, FormView):
    """After a page that says what it means."""

    request: PortalRequest
    permission = MembershipPermission.MANAGE_TOKENS
    template_name = "membership/revoke_token.html"
    form_class = Form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            token=self.token,
            facts=facts(self.token),
            back=_url(self.request, "api_token", self.token),
            crumbs=_crumbs(self.request, _("失効")),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        revoke_token(by=self.request.actor, token=self.token)
        messages.success(
            self.request, _("トークンを失効させました。このトークンでの呼出しは直ちに拒否されます。")
        )
        return _url(self.request, "tokens")


def facts(token: ApiToken) -> list[Fact]:
    scopes = [str(NAMES[key]) for key in (ALWAYS.permission, *token.scopes) if key in NAMES]
    found = [
        Fact(_("使うシステムの名前"), token.name),
        Fact(_("末尾の4文字"), token.ending),
        Fact(_("できること"), _("、").join(scopes)),
        Fact(_("発行"), _by(token.created_by, token.created_at)),
        Fact(_("有効期限"), _when(token.expires_at)),
        Fact(_("最後の利用"), _when(token.last_used_at) if token.last_used_at else _("まだ使われていません")),
    ]
    return [*found, *([Fact(_("失効"), _by(token.revoked_by, token.revoked_at))] if token.revoked_at else [])]


def _when(moment: Any) -> str:
    return calendar_time(moment)


def _by(person: str, moment: Any) -> str:
    return f"{_when(moment)} {person}"


def _url(request: PortalRequest, name: str, token: ApiToken | None = None) -> str:
    return reverse(f"membership:{name}", args=[tenant_of(request).code, *([token.pk] if token else [])])


def _crumbs(request: PortalRequest, here: str) -> list[Crumb]:
    return [Crumb(_("APIトークン"), _url(request, "tokens")), Crumb(here)]
