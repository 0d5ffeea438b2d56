"""What residents type in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Self
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.domain.user_agent import platform
from consortium.ui.forms import EVERY, Form
from identity.domain.device import Deed, Reason, State
from identity.domain.enrolment_code import MalformedEnrolmentCode, parse
from identity.person_fields import KanaField


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


class ReadingForm(Form):
    kana = KanaField(
        label=_("氏名のふりがな"), max_length=120, help_text=_("氏と名の間を空けます。例 まえばし はなこ")
    )


class DigitsForm(Form):
    digits = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("確認番号"),
        max_length=12,
        help_text=_("カードアプリに表示された6桁の数字です。"),
        error_messages={"invalid": _("6桁の数字を入力してください。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        """Full-width digits and spaces are what people type."""
        if data is not None:
            data = {**data.dict(), "digits": "".join(normalize("NFKC", data.get("digits", "")).split())}
        super().__init__(data, **kwargs)


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the log of uses is narrowed to. until: the newest month shown; None for this one."""

    service: str = ""
    kind: str = ""
    months: int = 0
    until: date | None = None

    @property
    def only_unusual(self) -> bool:
        return self.kind == UsesFilter.UNUSUAL

    def since(self, today: date) -> date | None:
        if not self.months:
            return None
        number = today.year * 12 + today.month - self.months
        return date(number // 12, number % 12 + 1, 1)


class UsesFilter(Form):
    """until: a month, in the links to older pages."""

    SERVICES: Final = "services"
    STAFF: Final = "staff"
    UNUSUAL: Final = "unusual"
    KINDS: ClassVar = [
        EVERY,
        (UNUSUAL, _("いつもと違うもの")),
        (SERVICES, _("サービスへの提供")),
        (STAFF, _("職員による取扱い")),
    ]
    PERIODS: ClassVar = [
        EVERY,
        ("1", _("今月")),
        ("3", _("3か月")),
        ("12", _("1年")),
    ]

    service = forms.ChoiceField(label=_("サービス"), required=False)
    kind = forms.ChoiceField(label=_("種類"), required=False, choices=KINDS)
    period = forms.ChoiceField(label=_("期間"), required=False, choices=PERIODS)
    until = forms.DateField(required=False, input_formats=["%Y-%m"], widget=forms.HiddenInput)

    def __init__(self, *args: Any, services: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [EVERY, *services]  # type: ignore[attr-defined]  # a ChoiceField

    def chosen(self) -> Chosen:
        """A wrong value narrows nothing and is told in the form."""
        if not self.is_bound or not self.is_valid():
            return Chosen()
        data = self.cleaned_data
        return Chosen(data["service"], data["kind"], int(data["period"] or 0), data["until"])


class CloseForm(Form):
    understood = forms.BooleanField(label=_("元に戻せないことを確かめました"))


class LostForm(Form):
    """What to do with a phone that is out of her hands. state: of its certificate."""

    deed = forms.ChoiceField(label=_("どうしますか"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("理由"),
        choices=[
            (Reason.LOST.value, _("なくした")),
            (Reason.STOLEN.value, _("盗まれた")),
            (Reason.UNUSED.value, _("もう使わない")),
        ],
    )

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suspend = (Deed.SUSPEND.value, _("一時停止する（見つかったら、また使える）"))
        revoke = (Deed.REVOKE.value, _("無効にする（元に戻せない）"))
        choices = [suspend, revoke] if state == State.ACTIVE else [revoke]
        field = self.fields["deed"]
        field.choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        field.initial = choices[0][0]


class InquiryTextForm(Form):
    text = forms.CharField(
        label=_("内容"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 6}), strip=True
    )


class InquiryForm(InquiryTextForm):
    """About a service, whose operator may be asked."""

    may_forward = forms.BooleanField(
        label=_("この内容を、サービスの事業者へ伝えることに同意します"),
        required=False,
        help_text=_("同意しないときは、市区町村だけが読んで回答します。氏名や住所は伝えません。"),
    )
