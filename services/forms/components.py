from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.forms import EVERY, Form, ModelForm
from services.models import Component, Release, RelyingPartyStatus, Sector

CHOOSE = ("", _("選択してください"))
ATTRIBUTE_LABELS = {
    "name": _("氏名"),
    "address": _("住所"),
    "birth_date": _("生年月日"),
    "sex": _("性別"),
    "resident_of": _("住んでいる市区町村"),
    "delegations": _("代理人としての資格"),
    "age_over_65": _("65歳以上かどうか"),
    "under_18": _("18歳未満かどうか"),
    "subsidised_fare": _("運賃助成の対象かどうか"),
}
"""Where services are registered: the words of the consent screen, whose catalogue lies a layer above."""


class ComponentFilter(Form):
    q = forms.CharField(label=_("名称、提供者または識別名"), required=False, max_length=60)
    sector = forms.ChoiceField(label=_("分野"), required=False, choices=[EVERY, *Sector.choices])


class RelyingPartyFilter(Form):
    q = forms.CharField(label=_("名称またはクライアントID"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("状態"), required=False, choices=[EVERY, *RelyingPartyStatus.choices])


class ComponentForm(ModelForm[Component]):
    class Meta:
        model = Component
        fields = [
            "code",
            "sector",
            "name_ja",
            "name_en",
            "summary",
            "description",
            "provider",
            "licence",
        ]
        help_texts = {
            "code": _("英小文字、数字、ハイフン。登録後は変えられません。例: transport-discount"),
            "summary": _("一覧に表示します。200文字以内。"),
        }


class ReleaseForm(ModelForm[Release]):
    class Meta:
        model = Release
        fields = ["version", "notes"]
        help_texts = {"version": _("例: 1.2.0")}


class ComponentChoiceForm(Form):
    component = forms.ChoiceField(
        label=_("共通部品"),
        help_text=_("サービスは部品の分野に属し、部品を導入した自治体の住民が利用できます。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(component.code, component.name) for component in Component.objects.order_by("code")]
        self.fields["component"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]  # of a choice
