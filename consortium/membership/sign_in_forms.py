"""allauth's forms in our words, with the checks that it lacks: exact origin, staff only, counters, audit."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.webauthn import (
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from consortium.domain.text import half_width
from consortium.ui.forms import Form

from . import queries
from .actions import refuse_sign_in
from .models import User

PASSWORD = gettext_lazy("パスワード")
NEW_PASSWORD = gettext_lazy("新しいパスワード")
AGAIN = gettext_lazy("新しいパスワード(確認)")


class _OwnWords(Form):
    """Labels of ours; no placeholders, which vanish when they are needed."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def prepare(self) -> None:
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)
        super().prepare()


class SignInForm(_OwnWords, account.LoginForm):
    autocomplete = {"login": "email"}
    labels = {"login": gettext_lazy("メールアドレス"), "password": PASSWORD}
    hints = {"password": ""}

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.user and not self.user.is_staff_member:
            raise ValidationError(_("メールアドレスまたはパスワードが正しくありません。"), code="mismatch")
        return cleaned


class PasswordForm(_OwnWords, account.ReauthenticateForm):
    labels = {"password": PASSWORD}
    hints = {"password": ""}


class ChangePasswordForm(_OwnWords, account.ChangePasswordForm):
    labels = {"oldpassword": gettext_lazy("現在のパスワード"), "password1": NEW_PASSWORD, "password2": AGAIN}
    hints = {"oldpassword": ""}


class ResetPasswordForm(_OwnWords, account.ResetPasswordForm):
    labels = {"email": gettext_lazy("メールアドレス")}


class NewPasswordForm(_OwnWords, account.ResetPasswordKeyForm):
    labels = {"password1": NEW_PASSWORD, "password2": AGAIN}


class _Code(_OwnWords):
    labels = {"code": gettext_lazy("コード")}
    hints = {"code": gettext_lazy("認証アプリに表示される6桁の数字、または回復コード")}
    autocomplete = {"code": "one-time-code"}
    user: User

    def clean_code(self) -> Any:
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"])
        try:
            return super().clean_code()  # type: ignore[misc]  # allauth's form, beside this one
        except ValidationError:
            _note_failure(self.user, "second_factor")
            raise


class CodeForm(_Code, mfa.AuthenticateForm):
    pass


class ReauthenticateCodeForm(_Code, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(_OwnWords, totp.ActivateTOTPForm):
    labels = {"code": gettext_lazy("確認コード")}
    hints = {"code": gettext_lazy("認証アプリに表示される6桁の数字")}
    autocomplete = {"code": "one-time-code"}

    def clean_code(self) -> Any:
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"])
        return super().clean_code()


class _Assertion(_OwnWords):
    """A signature by a passkey, of our origin to the port, by a key that was not copied."""

    user: User | None

    def clean_credential(self) -> Authenticator:
        try:
            return self._checked()
        except ValidationError:
            _note_failure(self.user, "passkey")
            raise

    def _checked(self) -> Authenticator:
        response = _parsed(AuthenticationResponse, self.cleaned_data["credential"]).response
        _require_origin(response.client_data)
        passkey: Authenticator = super().clean_credential()  # type: ignore[misc]  # allauth's form
        if not passkey.user.is_staff_member:
            raise _refused()
        _keep_counter(passkey, response.authenticator_data)
        return passkey


class PasskeyForm(_Assertion, webauthn.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(_Assertion, webauthn.ReauthenticateWebAuthnForm):
    pass


class SignInPasskeyForm(_Assertion, webauthn.LoginWebAuthnForm):
    pass


class AddPasskeyForm(_OwnWords, webauthn.AddWebAuthnForm):
    """Always one that can sign in by itself, so there is nothing to tick."""

    passwordless = None
    labels = {"name": gettext_lazy("パスキーの名前")}
    hints = {"name": gettext_lazy("どの端末のものか分かる名前。例: 庁内PC、セキュリティキー")}

    def clean(self) -> dict[str, Any]:
        if credential := self.cleaned_data.get("credential"):
            response = _parsed(RegistrationResponse, credential).response
            _require_origin(response.client_data)
            if not response.attestation_object.auth_data.is_user_verified():
                raise _refused()
        return super().clean() or {}


class RenamePasskeyForm(_OwnWords, webauthn.EditWebAuthnForm):
    labels = {"name": gettext_lazy("パスキーの名前")}


def _parsed(kind: Any, credential: Any) -> Any:
    """allauth parses too, but only after the origin would have to be known."""
    try:
        return kind.from_dict(credential)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _refused() from error


def _require_origin(client_data: CollectedClientData) -> None:
    """allauth compares host names only; a page on another port of this host is another site."""
    wanted = urlsplit(settings.PORTAL_URL)
    if client_data.origin != f"{wanted.scheme}://{wanted.netloc}":
        raise _refused()


def _keep_counter(passkey: Authenticator, shown: AuthenticatorData) -> None:
    """A counter that does not grow, or a backup flag that changes, betrays a copied key (WebAuthn § 7.2).

    Compared with what the key showed last, at first with what it showed when it was registered.
    """
    before = passkey.data.get("seen")
    if before is None:
        registered = passkey.wrap().authenticator_data
        before = {"counter": registered.counter, "eligible": _is_eligible(registered)}
    grows = shown.counter > before["counter"] or shown.counter == before["counter"] == 0
    if not grows or _is_eligible(shown) != before["eligible"]:
        raise _refused()
    passkey.data["seen"] = {"counter": shown.counter, "eligible": _is_eligible(shown)}
    passkey.save(update_fields=["data"])


def _is_eligible(data: AuthenticatorData) -> bool:
    return bool(data.flags & AuthenticatorData.FLAG.BE)


def _refused() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


def _note_failure(user: User | None, why: str) -> None:
    by = queries.account_actor(user) if user else queries.NOBODY
    refuse_sign_in(by=by, user=user, why=why)
