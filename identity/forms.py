"""What clerks type in."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.forms import Form
from identity.domain.birth_date import (
    ANY_DAY,
    ImpossibleBirthDate,
    MalformedBirthDate,
    parse_birth_date,
)
from identity.domain.hotline import ENOUGH, Fact
from identity.domain.receipt import MalformedReceipt, parse_receipt
from identity.models import Evidence, Sex
from identity.person_fields import KanaField
from identity.queries.uses import STATABLE

OTHER = "other"


class BirthDateField(forms.CharField):
    """Takes 和暦 and western dates."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_birth_date(text, timezone.localdate()) if text else None
        except ImpossibleBirthDate as error:
            message = _("この日付はありえません。年号、年、月、日を確かめてください。")
            raise ValidationError(message, code="impossible") from error
        except MalformedBirthDate as error:
            raise ValidationError(
                _("生年月日を「昭和30年4月1日」または「1955-04-01」の形で入力してください。"), code="invalid"
            ) from error


class PersonForm(Form):
    family_name = forms.CharField(label=_("氏"), max_length=60)
    given_name = forms.CharField(label=_("名"), max_length=60)
    kana = KanaField(
        label=_("氏名のふりがな"), max_length=120, help_text=_("氏と名の間を空けます。例 まえばし はなこ")
    )
    birth_date = BirthDateField(
        label=_("生年月日"), max_length=20, help_text=_("例 昭和30年4月1日、S30.4.1、1955-04-01")
    )
    sex = forms.ChoiceField(label=_("性別"), choices=Sex.choices, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("住所"), max_length=300, help_text=_("書類に記載のとおりに入力します。")
    )
    evidence = forms.ChoiceField(
        label=_("確認した書類"),
        choices=Evidence.choices,
        widget=forms.RadioSelect,
        help_text=_("書類の番号は記録しません。個人番号(マイナンバー)が記載された面は見ません。"),
    )
    test = forms.BooleanField(
        label=_("試験用の住民(実在しない人)として登録する"),
        required=False,
        help_text=_("連携サービスの試験に使います。実在する人を登録するときは選びません。"),
    )
    namesake = forms.BooleanField(
        label=_("本人の同意を得て照会し、別人であることを確かめました"),
        required=False,
        widget=forms.HiddenInput,
    )

    def offer_namesake(self) -> None:
        """Show the box only once the record has been found to exist."""
        self.fields["namesake"].widget = forms.CheckboxInput()


class ReproofForm(Form):
    evidence = forms.ChoiceField(
        label=_("確認した書類"),
        choices=Evidence.choices,
        widget=forms.RadioSelect,
        help_text=_("書類の番号は記録しません。個人番号(マイナンバー)が記載された面は見ません。"),
    )


class PurposeForm(Form):
    """Why a member of staff is about to see a resident's data. The resident will read it."""

    purpose = forms.ChoiceField(
        label=_("閲覧の目的"),
        choices=[(key, label) for key, label in STATABLE.items() if key != OTHER]
        + [(OTHER, _("その他(理由を書く)"))],
        widget=Radios,
        help_text=_("選んだ目的は、自治体の名前と日時とともに、本人の利用の記録に残ります。"),
    )
    reason = forms.CharField(
        label=_("その他の理由"),
        max_length=100,
        help_text=_("本人が読みます。氏名や住所などは書きません。"),
        error_messages={"required": _("理由を入力してください。")},
    )
    branches: Mapping[str, When] = {"reason": When({"purpose": (OTHER,)})}


class WhoForm(Form):
    """Finds one resident of the own municipality by what she says at the counter."""

    kana = KanaField(label=_("氏名のふりがな"), max_length=120)
    birth_date = BirthDateField(
        label=_("生年月日"), max_length=20, help_text=_("例 昭和30年4月1日、S30.4.1、1955-04-01")
    )


class FindForm(PurposeForm, WhoForm):
    """Who it is first, then why she is looked for."""


class ReceiptField(forms.CharField):
    """A 受付番号, without its hyphen."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_receipt(text) if text else ""
        except MalformedReceipt as error:
            raise ValidationError(
                _("受付番号を、登録票のとおりに入力してください。例 1A2B-3C4D"), code="invalid"
            ) from error


class MonthField(forms.CharField):
    """和暦 or western; any day of the month will do. Cleans to its first day, or to None."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        for rest in ANY_DAY if text else ():
            with suppress(ImpossibleBirthDate, MalformedBirthDate):
                return parse_birth_date(text + rest, timezone.localdate()).replace(day=1)
        if text:
            raise ValidationError(
                _("年月を「令和8年4月」または「2026-04」の形で入力してください。"), code="invalid"
            )
        return None


class CallerForm(WhoForm):
    """Finds whoever calls by what she says of herself; the record is shown only once that agrees with it."""

    number = ReceiptField(label=_("登録票の受付番号"), max_length=20, required=False)
    address = forms.CharField(label=_("住所"), max_length=300, required=False)
    device = forms.CharField(label=_("登録した端末の名前"), max_length=60, required=False)
    month = MonthField(
        label=_("登録した年月"),
        max_length=20,
        required=False,
        help_text=_("例 令和8年4月。1か月の違いまで認めます。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and sum(bool(data[fact]) for fact in Fact) < ENOUGH:
            raise ValidationError(
                _("受付番号・住所・端末の名前・登録した年月のうち、2つ以上を尋ねて入力してください。"),
                code="answers",
            )
        return data
