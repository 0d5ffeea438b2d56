"""What clerks type in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.forms import Form
from identity.domain.birth_date import ImpossibleBirthDate, MalformedBirthDate, parse_birth_date
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


class CallerForm(WhoForm):
    """Finds whoever calls, and notes how the clerk made sure. What was said is not written down."""

    answers = forms.MultipleChoiceField(
        label=_("正しく答えられた質問"),
        choices=[
            ("address", _("住所")),
            ("number", _("登録票の受付番号")),
            ("device", _("登録した端末の名前")),
            ("services", _("利用しているサービスの名前")),
            ("day", _("登録した時期")),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("2つ以上を質問し、記録と照らし合わせます。答えた内容は記録しません。"),
    )
