"""Approve, suspend, resume a service; change its registration; renew its credentials."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from services import developers, queries
from services.actions import (
    approve_change,
    approve_relying_party,
    change_relying_party,
    decline_change,
    issue_secret,
    needs_two,
    replace_keys,
    resume_relying_party,
    suspend_relying_party,
)
from services.actions.changes import PURPOSES
from services.forms import ChangeDecisionForm, ChangeForm, KeysForm, SecretForm
from services.models import AuthMethod, RegistrationChange
from services.permissions import ServicesPermission

from .one_party import OneParty, facts_of, proposed_facts

DECISIONS: Final[dict[str, tuple[Callable[..., Any], Any, Any]]] = {
    "approve": (approve_relying_party, gettext_lazy("承認"), gettext_lazy("承認しました。")),
    "suspend": (suspend_relying_party, gettext_lazy("利用の停止"), gettext_lazy("停止しました。")),
    "resume": (resume_relying_party, gettext_lazy("利用の再開"), gettext_lazy("再開しました。")),
}
"""What may become of a service: the action, the page's name, what is said afterwards."""


@dangerous
class Decide(OneParty, FormView):
    """After a page that says what it means."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/decide.html"
    form_class = Form
    decision = "approve"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "facts": facts_of(self.party),
            "decision": self.decision,
            "is_own": self.decision == "resume"
            and bool(self.request.actor.persons & set(self.party.suspended_by)),
            "crumbs": self.crumbs(Crumb(str(DECISIONS[self.decision][1]))),
            "back": self.url,
        }

    def perform(self, form: BaseForm) -> str:
        decide, _title, said = DECISIONS[self.decision]
        decide(by=self.request.actor, relying_party=self.party)
        messages.success(self.request, said)
        return self.url


@dangerous
class ChangeRelyingParty(OneParty, FormView):
    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/change.html"
    form_class = ChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"sector_key": self.party.sector, "test": self.party.test, "party": self.party}
        return super().get_form_kwargs() | own

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "waiting": queries.open_change(self.party),
            "crumbs": self.crumbs(Crumb(_("登録内容の変更"))),
            "back": self.url,
        }

    def perform(self, form: BaseForm) -> str:
        waits = change_relying_party(by=self.request.actor, relying_party=self.party, **form.cleaned_data)
        later = _("変更を申請しました。ほかの事務局員が承認すると反映されます。")
        messages.success(self.request, later if waits else _("変更しました。"))
        return self.url


@dangerous
class DecideChange(OneParty, FormView):
    """A second person's look at a proposed change."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/decide_change.html"
    form_class = ChangeDecisionForm

    @cached_property
    def change(self) -> RegistrationChange | None:
        return queries.open_change(self.party)

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if self.change is None:
            messages.info(request, _("承認待ちの変更はありません。"))
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        change = cast(RegistrationChange, self.change)
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "change": change,
            "facts": proposed_facts(change),
            "is_own": bool(self.request.actor.persons & set(change.proposed_by)),
            "asks_anew": (PURPOSES | {"attributes"}) & change.values.keys(),
            "crumbs": self.crumbs(Crumb(_("変更の承認"))),
            "back": self.url,
        }

    def perform(self, form: BaseForm) -> str:
        by, change = self.request.actor, cast(RegistrationChange, self.change)
        if form.cleaned_data["decision"] == "approve":
            approved = approve_change(by=by, change=change)
            developers.keep_secret(self.request.session, self.party.client_id, approved.secret)
            messages.success(self.request, _("変更を承認しました。"))
        else:
            decline_change(by=by, change=change)
            messages.success(self.request, _("変更を却下しました。"))
        return self.url


class _Credential(OneParty, FormView):
    """Only for services that prove themselves in this way."""

    request: PortalRequest
    permission = ServicesPermission.MANAGE_CATALOGUE
    template_name = "services/secretariat/credential.html"
    method: AuthMethod

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if self.party.auth_method != self.method:
            messages.info(request, _("このサービスの認証方式では使いません。"))
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        title = _("共有鍵の発行") if self.method == AuthMethod.CLIENT_SECRET_BASIC else _("公開鍵の登録")
        return {
            **super().get_context_data(**kwargs),
            "party": self.party,
            "title": title,
            "is_secret": self.method == AuthMethod.CLIENT_SECRET_BASIC,
            "secrets": queries.live_secrets(self.party),
            "keys": self.party.jwks.get("keys", []),
            "needs_approval": needs_two(self.party),
            "crumbs": self.crumbs(Crumb(title)),
            "back": self.url,
        }


@dangerous
class IssueSecret(_Credential):
    form_class = SecretForm
    method = AuthMethod.CLIENT_SECRET_BASIC

    def perform(self, form: BaseForm) -> str:
        overlap = timedelta(hours=int(form.cleaned_data["overlap"]))
        secret = issue_secret(by=self.request.actor, relying_party=self.party, overlap=overlap)
        developers.keep_secret(self.request.session, self.party.client_id, secret)
        later = _(
            "共有鍵の発行を申請しました。ほかの事務局員が承認すると、その人の画面に一度だけ表示されます。"
        )
        messages.success(self.request, _("共有鍵を発行しました。") if secret else later)
        return self.url


@dangerous
class ReplaceKeys(_Credential):
    form_class = KeysForm
    method = AuthMethod.PRIVATE_KEY_JWT

    def perform(self, form: BaseForm) -> str:
        waits = replace_keys(
            by=self.request.actor,
            relying_party=self.party,
            jwks=form.cleaned_data["jwks"],
            keep_present=form.cleaned_data["present"] == "keep",
        )
        later = _("変更を申請しました。ほかの事務局員が承認すると反映されます。")
        messages.success(self.request, later if waits else _("公開鍵を登録しました。"))
        return self.url
