"""What residents type in."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.domain.user_agent import platform
from consortium.ui.forms import Form
from identity.domain.enrolment_code import MalformedEnrolmentCode, parse


class CodeField(forms.CharField):
    """An enrolment code, however it is typed, in canonical form."""

    def clean(self, value: Any) -> str:
        try:
            return parse(super().clean(value))
        except MalformedEnrolmentCode as error:
            raise ValidationError(
                _("登録コードは16文字です。登録票の英数字をすべて入力してください。"), code="invalid"
            ) from error


class EnrolForm(Form):
    code = CodeField(
        label=_("登録コード"),
        max_length=60,
        help_text=_("窓口で受け取った登録票の16文字です。ハイフンや小文字でも入力できます。"),
    )


class PasskeyForm(Form):
    """`credential` is filled in by webauthn.js."""

    name = forms.CharField(
        label=_("パスキーの名前"),
        max_length=60,
        help_text=_("どの端末か分かる名前にします。例 花子のスマートフォン"),
    )
    credential = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)

    @classmethod
    def on(cls, user_agent: str) -> Self:
        """Unfilled but for a name after the device in hand, which she may change."""
        found = platform(user_agent)
        name = _("%(device)sのパスキー") % {"device": found} if found else _("パスキー")
        return cls(initial={"name": name})


class CredentialForm(Form):
    credential = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
