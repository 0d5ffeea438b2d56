"""What is typed in about a disclosure that a law orders."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from .attestation_forms import ReceiptField
from .forms import BirthDateField
from .labels import ATTRIBUTES
from .models import ReasonCode
from .person_fields import KanaField

_AT_ONCE: Final = ("", _("遅らせない（すぐに本人に表示する）"))


class LegalEntryForm(Form):
    receipt = ReceiptField(label=_("受付番号"), max_length=20, required=False, help_text=_("例 1A2B-3C4D"))
    kana = KanaField(
        label=_("氏名のふりがな"),
        max_length=120,
        required=False,
        help_text=_("受付番号がわからないときに、生年月日とともに入力します。"),
    )
    birth_date = BirthDateField(label=_("生年月日"), max_length=20, required=False)
    authority = forms.CharField(label=_("提供先の機関"), max_length=120, help_text=_("例 架空県警察本部"))
    law = forms.CharField(
        label=_("根拠となる法令と事由"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "例 刑事訴訟法第197条第2項による照会への回答。本人が読む言葉になります。事件の内容は書きません。"
        ),
    )
    attributes = forms.MultipleChoiceField(
        label=_("提供した情報"),
        choices=[(str(name), label) for name, label in ATTRIBUTES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    day = DayField(label=_("提供した日"))
    time = forms.TimeField(
        label=_("提供した時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason_code = forms.ChoiceField(
        label=_("本人への表示を遅らせる理由"),
        choices=[_AT_ONCE, *ReasonCode.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    visible_on = DayField(
        label=_("表示を始める日"),
        required=False,
        help_text=_("遅らせるときに入力します。その日から、遅らせた理由とともに本人に表示します。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        named = data.get("receipt") or (data.get("kana") and data.get("birth_date"))
        if not named and not self.errors:
            raise ValidationError(_("受付番号か、ふりがなと生年月日の両方を入力してください。"), code="key")
        if data.get("day") and data.get("time"):
            data["disclosed_at"] = timezone.make_aware(datetime.combine(data["day"], data["time"]))
        return data
