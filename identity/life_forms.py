"""What clerks type in when something has happened in a resident's life."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from .delegation_forms import ScopeForm
from .forms import BirthDateField
from .models import Basis, DelegationEvidence, Evidence, LifeEventKind, LifeEvidence, Sex
from .person_fields import KanaField
from .resident_forms import CodeField


class LifeEventForm(Form):
    effective_on = DayField(label=_("異動日"))
    evidence = forms.ChoiceField(
        label=_("確認した書類"), choices=LifeEvidence.choices, widget=forms.RadioSelect
    )

    @property
    def changes(self) -> dict[str, str]:
        """New contents by column of the record."""
        known = {"family_name", "given_name", "kana", "birth_date", "sex", "address"}
        return {name: str(value) for name, value in self.cleaned_data.items() if name in known and value}


class MoveOutForm(LifeEventForm):
    effective_on = DayField(
        label=_("転出日"), help_text=_("この日から、この自治体の職員は登録情報を見られません。")
    )


class DeathForm(LifeEventForm):
    effective_on = DayField(label=_("死亡の日"))


class AddressForm(LifeEventForm):
    address = forms.CharField(label=_("新しい住所"), max_length=300)


class NameForm(LifeEventForm):
    family_name = forms.CharField(label=_("新しい氏"), max_length=60, required=False)
    given_name = forms.CharField(label=_("新しい名"), max_length=60, required=False)
    kana = KanaField(label=_("新しい氏名のふりがな"), max_length=120, help_text=_("氏と名の間を空けます。"))


class CorrectionForm(LifeEventForm):
    """Only what was wrong is filled in."""

    effective_on = DayField(label=_("誤りがわかった日"))
    reason = forms.CharField(
        label=_("訂正の理由"), max_length=300, help_text=_("例 窓口での入力時に漢字を誤った")
    )
    family_name = forms.CharField(label=_("氏"), max_length=60, required=False)
    given_name = forms.CharField(label=_("名"), max_length=60, required=False)
    kana = KanaField(label=_("氏名のふりがな"), max_length=120, required=False)
    birth_date = BirthDateField(label=_("生年月日"), max_length=20, required=False)
    sex = forms.ChoiceField(label=_("性別"), choices=[("", _("訂正しない")), *Sex.choices], required=False)
    address = forms.CharField(label=_("住所"), max_length=300, required=False)


FORMS: Final[dict[LifeEventKind, type[LifeEventForm]]] = {
    LifeEventKind.MOVE_OUT: MoveOutForm,
    LifeEventKind.ADDRESS: AddressForm,
    LifeEventKind.NAME: NameForm,
    LifeEventKind.CORRECTION: CorrectionForm,
    LifeEventKind.DEATH: DeathForm,
}


class MoveInForm(Form):
    code = CodeField(
        label=_("転入の手続のコード"),
        max_length=60,
        help_text=_("本人が自分のページで作ったものか、前の自治体の窓口で受け取ったものです。"),
    )
    moved_on = DayField(label=_("転入した日"))
    address = forms.CharField(label=_("新しい住所"), max_length=300)
    evidence = forms.ChoiceField(label=_("確認した書類"), choices=Evidence.choices, widget=forms.RadioSelect)


class GuardianForm(ScopeForm):
    code = CodeField(
        label=_("代理人のコード"),
        max_length=60,
        help_text=_("法定代理人が、自分のデジタルIDのページで作ったコードです。"),
    )
    basis = forms.ChoiceField(
        label=_("根拠"),
        choices=[choice for choice in Basis.choices if choice[0] != Basis.VOLUNTARY],
        widget=forms.RadioSelect,
        help_text=_("親権者の代理は、本人が18歳に達する日の前日に終わります。"),
    )
    evidence = forms.ChoiceField(
        label=_("確認した書類"), choices=DelegationEvidence.choices, widget=forms.RadioSelect
    )
    field_order = ("code", "basis", "evidence", "sectors", "may_consent", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sectors"].label = _("代理の分野")
        self.fields["may_consent"].label = _("代理でできること")
