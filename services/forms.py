from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.forms import EVERY, Form, ModelForm
from services.domain.sectors import sector
from services.models import Component, Release, RelyingParty, RelyingPartyStatus, Sector

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


class LinesField(forms.CharField):
    """A list of texts, typed one a line."""

    widget = forms.Textarea

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # one text in, many out
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class KeysField(forms.JSONField):
    """Public keys as JSON; none is an empty box, not `{}`."""

    def prepare_value(self, value: object) -> str:
        return str(super().prepare_value(value)) if value else ""

    def clean(self, value: object) -> object:
        return super().clean(value) or {}


class ComponentChoiceForm(Form):
    component = forms.ChoiceField(
        label=_("共通部品"),
        help_text=_("サービスは部品の分野に属し、部品を導入した自治体の住民が利用できます。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(component.code, component.name) for component in Component.objects.order_by("code")]
        self.fields["component"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]  # of a choice


class RelyingPartyForm(ModelForm[RelyingParty]):
    """For one component, which decides the sector and so the attributes to choose from."""

    redirect_uris = LinesField(
        label=_("リダイレクトURI"),
        help_text=_(
            "1行に1件。一字一句同じURIだけに戻ります。https、または http の localhost と 127.0.0.1。"
        ),
    )
    post_logout_redirect_uris = LinesField(
        label=_("サインアウト後の戻り先URI"), required=False, help_text=_("1行に1件。")
    )
    attributes = forms.MultipleChoiceField(
        label=_("求める属性"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("分野が認めるものだけを選べます。住民が同意した属性だけが提供されます。"),
    )

    jwks = KeysField(
        label=_("公開鍵 (JWKS)"),
        required=False,
        help_text=_("「秘密鍵による署名」の場合に、公開鍵だけを登録します。"),
    )
    terms_url = forms.URLField(label=_("利用規約のURL"), required=False, assume_scheme="https")
    privacy_url = forms.URLField(label=_("プライバシーポリシーのURL"), required=False, assume_scheme="https")

    class Meta:
        model = RelyingParty
        fields = [
            "name_ja",
            "name_en",
            "purpose_ja",
            "purpose_en",
            "attributes",
            "redirect_uris",
            "post_logout_redirect_uris",
            "auth_method",
            "jwks",
            "contact",
            "terms_url",
            "privacy_url",
            "test",
        ]
        help_texts = {
            "purpose_ja": _("同意画面に示します。例: 運賃割引の対象かどうかを確認するため"),
            "test": _("試験用の住民だけを相手にします。"),
        }

    def __init__(self, *args: object, component: Component, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        keys = sorted(sector(component.sector).attributes)
        self.fields["attributes"].choices = [(key, ATTRIBUTE_LABELS[key]) for key in keys]  # type: ignore[attr-defined]  # of a choice
