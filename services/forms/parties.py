"""Forms about a third-party service: who asks for what, how it connects, and what it proves itself by."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Checkboxes, Select, When
from consortium.ui.forms import Form, ModelForm
from services.actions.checks import SHORTFALLS
from services.domain.policy import ClientSettings, shortfalls
from services.domain.sectors import ClientAuth, GrantType, SigningAlg, sector
from services.models import GrantTypes, MachineScopes, RelyingParty

from .components import ATTRIBUTE_LABELS


class LinesField(forms.CharField):
    """A list of texts, typed one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # one text in, many out
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class KeysField(forms.JSONField):
    """Public keys as JSON; none is an empty box, not `{}`."""

    def prepare_value(self, value: object) -> str:
        return str(super().prepare_value(value)) if value else ""

    def clean(self, value: object) -> object:
        return super().clean(value) or {}


class _OfSector(ModelForm[RelyingParty]):
    def __init__(self, *args: object, sector_key: str, test: bool = False, **kwargs: object) -> None:
        self.sector, self.test = sector(sector_key), test
        super().__init__(*args, **kwargs)


class PartyForm(_OfSector):
    """Who asks, for what. The sector decides the attributes to choose from."""

    attributes = forms.MultipleChoiceField(
        label=_("求める属性"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("分野が認めるものだけを選べます。住民が同意した属性だけが提供されます。"),
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
            "contact",
            "terms_url",
            "privacy_url",
            "test",
        ]
        help_texts = {
            "purpose_ja": _("同意画面に示します。例: 運賃割引の対象かどうかを確認するため"),
            "test": _("試験用の住民だけを相手にします。登録後は変えられません。"),
        }

    def __init__(self, *args: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = sorted(self.sector.attributes)
        self.fields["attributes"].choices = [(key, ATTRIBUTE_LABELS[key]) for key in keys]  # type: ignore[attr-defined]  # of a choice


_SIGN_IN: Final = When({"grant_types": (GrantType.AUTHORIZATION_CODE.value,)})
_ITSELF: Final = When({"grant_types": (GrantType.CLIENT_CREDENTIALS.value,)})
_SIGNATURE: Final = When({"auth_method": (ClientAuth.PRIVATE_KEY_JWT.value,)})
_SIGNED_BY: Final = ("id_token_signed_response_alg", "userinfo_signed_response_alg")
_WEAK: Final = When(dict.fromkeys(_SIGNED_BY, (SigningAlg.RS256.value,)))
_OPENING: Final = dict.fromkeys(("auth_method", *_SIGNED_BY), Select)


class ConnectionForm(_OfSector):
    """How it connects. What the sector demands is chosen beforehand, and missed in plain words."""

    branches = {
        "redirect_uris": _SIGN_IN,
        "post_logout_redirect_uris": _SIGN_IN,
        "backchannel_logout_uri": _SIGN_IN,
        "backchannel_logout_session_required": _SIGN_IN,
        "consent_events_uri": _SIGN_IN,
        "allowed_scopes": _ITSELF,
        "jwks": _SIGNATURE,
        "rs256_reason": _WEAK,
    }
    grant_types = forms.MultipleChoiceField(
        label=_("利用方法"), choices=GrantTypes.choices, widget=Checkboxes
    )
    redirect_uris = LinesField(
        label=_("リダイレクトURI"),
        help_text=_(
            "1行に1件。一字一句同じURIだけに戻ります。https、または http の localhost と 127.0.0.1。"
        ),
    )
    post_logout_redirect_uris = LinesField(
        label=_("サインアウト後の戻り先URI"), required=False, help_text=_("1行に1件。")
    )
    allowed_scopes = forms.MultipleChoiceField(
        label=_("サービス自身に認める範囲"),
        choices=MachineScopes.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("「サービス自身によるAPIの利用」の場合に選びます。住民の情報は含まれません。"),
    )
    jwks = KeysField(
        label=_("公開鍵 (JWKS)"),
        help_text=_("「秘密鍵による署名」の場合に、公開鍵だけを登録します。"),
    )

    class Meta:
        model = RelyingParty
        fields = [
            "grant_types",
            "redirect_uris",
            "post_logout_redirect_uris",
            "backchannel_logout_uri",
            "backchannel_logout_session_required",
            "consent_events_uri",
            "allowed_scopes",
            "auth_method",
            "jwks",
            "require_pushed_authorization_requests",
            "dpop_bound_access_tokens",
            "id_token_signed_response_alg",
            "userinfo_signed_response_alg",
            "rs256_reason",
        ]
        widgets = _OPENING
        help_texts = {
            "auth_method": _("医療と行政では「秘密鍵による署名」が必要です。"),
            "require_pushed_authorization_requests": _("医療と行政では必要です (RFC 9126)。"),
            "dpop_bound_access_tokens": _("医療と公開クライアントでは必要です (RFC 9449)。"),
            "id_token_signed_response_alg": _("RS256 は、ほかの方式に対応できないサービスに限ります。"),
            "userinfo_signed_response_alg": _("選ばないと、署名のないJSONで応答します。"),
            "backchannel_logout_uri": _("住民がサインアウトしたときに知らせる先。任意。"),
            "consent_events_uri": _("住民が同意を撤回したときや、依頼に答えたときに知らせる先。任意。"),
        }

    def __init__(self, *args: object, **kwargs: Any) -> None:
        profile = sector(kwargs["sector_key"]).profile
        kwargs["initial"] = {
            "grant_types": [GrantType.AUTHORIZATION_CODE.value],
            "auth_method": ClientAuth.PRIVATE_KEY_JWT.value if profile.client_auth else "",
            "require_pushed_authorization_requests": profile.require_par,
            "dpop_bound_access_tokens": profile.require_dpop,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "grant_types" in cleaned and "auth_method" in cleaned:
            for one in shortfalls(self.sector, self._settings(cleaned)):
                self.add_error(*SHORTFALLS[one])
        return cleaned

    def _settings(self, cleaned: dict[str, Any]) -> ClientSettings:
        return ClientSettings(
            client_auth=cleaned["auth_method"],
            par=cleaned["require_pushed_authorization_requests"],
            dpop=cleaned["dpop_bound_access_tokens"],
            id_token_alg=cleaned.get("id_token_signed_response_alg", ""),
            userinfo_alg=cleaned.get("userinfo_signed_response_alg", ""),
            rs256_reason=cleaned.get("rs256_reason", ""),
            grants=frozenset(cleaned["grant_types"]),
            test=self.test,
        )


class ChangeForm(PartyForm, ConnectionForm):
    """All that may change, as it is. Whether it meets residents or test residents never does."""

    class Meta:
        model = RelyingParty
        fields = [name for name in (*PartyForm.Meta.fields, *ConnectionForm.Meta.fields) if name != "test"]
        widgets = _OPENING
        help_texts = PartyForm.Meta.help_texts | ConnectionForm.Meta.help_texts

    def __init__(self, *args: object, party: RelyingParty, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(party, name) for name in self.Meta.fields}
        super().__init__(*args, **kwargs)


class ChangeDecisionForm(Form):
    decision = forms.ChoiceField(
        label=_("判断"),
        choices=[("approve", _("承認する")), ("decline", _("却下する"))],
        widget=forms.RadioSelect,
    )


class SecretForm(Form):
    overlap = forms.ChoiceField(
        label=_("今の共有鍵の扱い"),
        choices=[
            ("168", _("7日間は両方を使える(通常の更新)")),
            ("720", _("30日間は両方を使える")),
            ("24", _("24時間は両方を使える")),
            ("0", _("直ちに使えなくする(漏れたおそれがあるとき)")),
        ],
        widget=forms.RadioSelect,
        initial="168",
    )


class KeysForm(Form):
    jwks = KeysField(label=_("公開鍵 (JWKS)"), help_text=_("公開鍵だけを登録します。"))
    present = forms.ChoiceField(
        label=_("今の公開鍵の扱い"),
        choices=[
            ("keep", _("残して追加する(通常の更新)")),
            ("drop", _("直ちに使えなくする(漏れたおそれがあるとき、切替えが済んだとき)")),
        ],
        widget=forms.RadioSelect,
        initial="keep",
    )
