"""What we tell django-allauth to do otherwise."""

from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium import crypto
from consortium.domain import user_agent
from consortium.notifications.post import post_message

from . import limits, queries, timeouts
from .actions import record_security_change, record_sign_in, refuse_sign_in
from .models import User

REAUTHENTICATION: Final = {
    "reauthenticate": gettext_lazy("パスワードを使う"),
    "mfa_reauthenticate": gettext_lazy("認証アプリまたは回復コードを使う"),
    "mfa_reauthenticate:webauthn": gettext_lazy("パスキーを使う"),
}
CHANGES: Final = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_reset",
    "account/email/password_set": "password_set",
    "mfa/email/totp_deactivated": "totp_removed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
}
"""allauth's notifications → what the audit log calls the change. Only those sent inside the transaction;
views/second_factor.py records the two that allauth sends after COMMIT."""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("このアカウントは停止されています。"),
        "email_password_mismatch": gettext_lazy("メールアドレスまたはパスワードが正しくありません。"),
        "enter_current_password": gettext_lazy("現在のパスワードを正しく入力してください。"),
        "incorrect_code": gettext_lazy("コードが正しくありません。"),
        "incorrect_password": gettext_lazy("パスワードが正しくありません。"),
        "invalid_login": gettext_lazy("サインインできません。"),
        "invalid_password_reset": gettext_lazy(
            "このリンクは使えません。もう一度、再設定を申し込んでください。"
        ),
        "rate_limited": gettext_lazy(
            "操作の回数が多すぎます。しばらく待ってから、もう一度操作してください。"
        ),
        "same_as_current": gettext_lazy("現在と異なるものを入力してください。"),
        "too_many_login_attempts": gettext_lazy(
            "サインインの失敗が続いています。しばらく待ってから、もう一度操作してください。"
        ),
        "unknown_email": gettext_lazy("このメールアドレスのアカウントはありません。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation only."""
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        if not limits.may_mail(self.request, email):
            return
        with translation.override(user.language):
            super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, in the transaction of the request: sent by the worker within seconds."""
        context = {**context, "request": self.request, "email": email}
        post_message(self.render_mail(template_prefix, email, context), kind=template_prefix, urgent=True)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._attempt = limits.attempt(request, credentials.get("email", ""))

    def _rollback_login_failed_rl_usage(self) -> None:
        for usage in self._attempt:
            usage.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        limits.forget(request, credentials.get("email", ""))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        limits.remember_device(request, response, user)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A known account is named in the log, an unknown address is not."""
        _note_failure(request, queries.account_by_email(credentials.get("email", "")))

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        if not user.is_staff_member:
            _note_failure(request, None, why="kind")
            return _refused(request)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """The last line before the session. Raises ImmediateHttpResponse for who may not have one here."""
        if not (user.is_staff_member and user.is_active):
            _note_failure(request, None, why="kind")
            raise ImmediateHttpResponse(_refused(request))
        is_new = user.last_login is not None and not limits.is_known_device(request, user)
        super().login(request, user)
        timeouts.begin(request.session)
        steps = get_authentication_records(request, user)
        methods = [step.get("type") or step["method"] for step in steps]
        device = user_agent.device(request.headers.get("User-Agent", ""))
        record_sign_in(
            by=queries.account_actor(user),
            user=user,
            methods=methods,
            new_device=(device or "?") if is_new else "",
        )

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [{**one, "description": REAUTHENTICATION[one["id"]]} for one in methods]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """allauth calls this at every change of how one signs in: the audit log's place to learn of it."""
        if what := CHANGES.get(template_prefix):
            record_security_change(by=queries.account_actor(user), what=what)
        super().send_notification_mail(template_prefix, user, context, email)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("この認証方法は解除できません。"),
        "cannot_generate_recovery_codes": gettext_lazy(
            "回復コードは、パスキーまたは認証アプリを登録してから作成してください。"
        ),
        "incorrect_code": gettext_lazy(
            "コードが正しくないか、確認できませんでした。もう一度操作してください。"
        ),
        "unverified_email": gettext_lazy("メールアドレスが確認されていません。"),
    }

    def encrypt(self, text: str) -> str:
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """A whole document with its namespace: as an image an inline fragment would stay blank."""
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, light="#fff", xmldecl=False)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("パスキー %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        return {"id": urlsplit(settings.PORTAL_URL).hostname, "name": settings.SITE_NAME}


def _note_failure(request: HttpRequest, user: User | None, why: str = "credentials") -> None:
    by = queries.account_actor(user) if user else queries.NOBODY
    refuse_sign_in(by=by, user=user, why=why)


def _refused(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("サインインできません。"))
    return redirect("account_login")
