"""What the office that attests types in."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.tabular.streaming import MAX_STREAM_BYTES
from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from .domain.attestation import ATTESTABLE
from .domain.receipt import MalformedReceipt, parse_receipt
from .forms import BirthDateField
from .labels import ATTRIBUTES
from .models import RevocationReason
from .person_fields import KanaField

_ATTRIBUTES: Final = [(attribute.value, ATTRIBUTES[attribute]) for attribute in ATTESTABLE]
_MEGA: Final = 1_000_000


class ReceiptField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return parse_receipt(text) if text else ""
        except MalformedReceipt:
            raise ValidationError(
                _("受付番号を「1A2B-3C4D」の形で入力してください。"), code="invalid"
            ) from None


class StatementForm(Form):
    """What is attested, and for how long."""

    attribute = forms.ChoiceField(label=_("証明する資格"), choices=_ATTRIBUTES)
    title = forms.CharField(label=_("件名"), max_length=80, help_text=_("例 令和8年度 高齢者運賃助成"))
    institution = forms.CharField(
        label=_("証明した機関"),
        max_length=80,
        required=False,
        help_text=_("この自治体以外の機関の判定によるときに入力します。"),
    )
    starts_on = DayField(label=_("開始日"))
    until = DayField(label=_("終了日"), help_text=_("この日まで有効です。"))


class SingleForm(StatementForm):
    """One resident, by the number on her slip or by what she says of herself."""

    receipt = ReceiptField(label=_("受付番号"), max_length=20, required=False, help_text=_("例 1A2B-3C4D"))
    kana = KanaField(
        label=_("氏名のふりがな"),
        max_length=120,
        required=False,
        help_text=_("受付番号がわからないときに、生年月日とともに入力します。"),
    )
    birth_date = BirthDateField(label=_("生年月日"), max_length=20, required=False)
    field_order = ("receipt", "kana", "birth_date")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        named = data.get("receipt") or (data.get("kana") and data.get("birth_date"))
        if not named and not self.errors:
            raise ValidationError(_("受付番号か、ふりがなと生年月日の両方を入力してください。"), code="key")
        return data


class FileForm(StatementForm):
    file = forms.FileField(
        label=_("対象者のファイル"),
        help_text=_("CSV(UTF-8、Shift_JIS)またはExcel(.xlsx)、40 MB以下、20万行以下"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_STREAM_BYTES:
            message = _("ファイルが大きすぎます。%(limit)s MB以下に分けてください。")
            raise ValidationError(message % {"limit": MAX_STREAM_BYTES // _MEGA})
        return file


class RevokeForm(Form):
    reason = forms.ChoiceField(
        label=_("取消しの理由"), choices=RevocationReason.choices, widget=forms.RadioSelect
    )
    row = forms.IntegerField(
        label=_("ファイルの行"),
        min_value=1,
        required=False,
        help_text=_(
            "1人だけを取り消すときに、その人の行の番号を入力します。空欄のときは全員を取り消します。"
        ),
    )
