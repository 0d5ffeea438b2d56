"""Forms of finding one's municipality and of connecting its provider."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.domain.codes import CodeError, MunicipalityCode
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.ui.forms import Form

from .models import DEFAULT_SCOPES, Policy, SsoConnection
from .outbound import is_acceptable_url

DOMAIN: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")
LONGEST: Final = 253
"""Characters of a domain name (RFC 1035)."""
GROUPS: Final = "groups_"
MOST_ENTRIES: Final = 50


def entries(text: str) -> list[str]:
    """Values written one a line or with commas between, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[\n,、]", text) if part.strip()))


class ChooseForm(Form):
    """GET: an address, whose domain leads to the municipality, or the municipality's code."""

    autocomplete = {"q": "email"}
    q = forms.CharField(
        label=_("職場のメールアドレス、または団体コード"),
        max_length=254,
        help_text=_("例: yamada@city.example.jp、または 102016"),
    )

    def domain(self) -> str:
        return str(self.cleaned_data["q"].rpartition("@")[2].strip())

    def code(self) -> str | None:
        """The six-digit code, if that is what was entered."""
        try:
            return MunicipalityCode.parse(self.cleaned_data["q"]).value
        except CodeError:
            return None


class Lines(forms.CharField):
    """A list, typed one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        super().__init__(required=kwargs.pop("required", False), max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        found = entries(super().clean(value))
        if len(found) > MOST_ENTRIES:
            raise ValidationError(_("%(most)s件までです。"), params={"most": MOST_ENTRIES}, code="too_many")
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class ConnectionForm(Form):
    issuer = forms.CharField(
        label=_("発行者(issuer)のURL"),
        max_length=255,
        help_text=_("保存するときに接続を確かめます。例: https://login.example.lg.jp/realms/staff"),
        widget=forms.URLInput,
    )
    client_id = forms.CharField(label=_("クライアントID"), max_length=255)
    secret = forms.CharField(
        label=_("クライアントシークレット"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    domains = Lines(
        label=_("職員のメールアドレスのドメイン"),
        required=True,
        help_text=_(
            "1行に1つ。例: city.example.lg.jp。このドメインの職員だけがサインインできます。"
            "新しいドメインは、自治体のものであることを事務局が確認してから使えます。"
        ),
    )
    scopes = forms.CharField(label=_("スコープ"), max_length=200, initial=DEFAULT_SCOPES)
    groups_claim = forms.CharField(
        label=_("グループのクレーム"),
        max_length=100,
        initial="groups",
        help_text=_("所属グループが入っているクレームの名前。例: groups、realm_access.roles"),
    )
    provisions = forms.BooleanField(
        label=_(
            "招待していない職員も、役割に対応するグループに属していれば、初めてのサインインでアカウントを作成する"
        ),
        required=False,
    )
    trusted_acr = Lines(
        label=_("二要素認証とみなすacrの値"),
        help_text=_("空欄のときは、管理者などの役割で、このプラットフォームの二要素認証も求めます。"),
    )
    trusted_amr = Lines(label=_("二要素認証とみなすamrの値"), help_text=_("例: mfa、otp、hwk"))

    def __init__(
        self, *args: Any, connection: SsoConnection | None, domains: list[str], **kwargs: Any
    ) -> None:
        """domains: those asked for so far and not refused."""
        self.connection = connection
        kwargs["initial"] = {**_initial(connection, domains), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["secret"].help_text = (
            _("設定済みです。変更するときだけ入力してください。保存した値は表示しません。")
            if connection and connection.encrypted_secret
            else _("暗号化して保存し、以後は表示しません。")
        )

    def prepare(self) -> None:
        for role in MUNICIPAL_ROLES.values():
            self.fields[GROUPS + role.key] = Lines(
                label=_("「%(role)s」になるグループ") % {"role": role.name}
            )
        super().prepare()

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"]).strip()
        if not is_acceptable_url(issuer) or "?" in issuer:
            raise ValidationError(_("httpsで始まるURLを入力してください。"), code="url")
        return issuer

    def clean_domains(self) -> list[str]:
        typed = self.cleaned_data["domains"]
        found = list(dict.fromkeys(domain.lower().removeprefix("@") for domain in typed))
        wrong = [domain for domain in found if len(domain) > LONGEST or not DOMAIN.fullmatch(domain)]
        if wrong:
            text = _("ドメインの形が正しくありません: %(domains)s")
            raise ValidationError(text, params={"domains": "、".join(wrong)}, code="domain")
        return found

    def clean_scopes(self) -> str:
        scopes = str(self.cleaned_data["scopes"]).split()
        return " ".join(dict.fromkeys(["openid", *scopes]))

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith(GROUPS)}
        groups = {key: self.cleaned_data[GROUPS + key] for key in MUNICIPAL_ROLES}
        return {**values, "groups_of_role": {key: listed for key, listed in groups.items() if listed}}


def _initial(connection: SsoConnection | None, domains: list[str]) -> dict[str, Any]:
    if connection is None:
        return {}
    names = ("issuer", "client_id", "scopes", "groups_claim", "provisions", "trusted_acr", "trusted_amr")
    groups = {GROUPS + role: listed for role, listed in connection.groups_of_role.items()}
    return {name: getattr(connection, name) for name in names} | groups | {"domains": domains}


class PolicyForm(Form):
    policy = forms.ChoiceField(label=_("サインインの方針"), choices=Policy.choices, widget=forms.RadioSelect)


class RefuseForm(Form):
    reason = forms.CharField(label=_("認めない理由"), max_length=500, widget=forms.Textarea)


class ExceptionForm(Form):
    user = forms.ChoiceField(label=_("非常用にする管理者"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("選択してください")),
            *((key, f"{person.name} ({person.email})") for key, person in self.people.items()),
        ]

    def clean_user(self) -> User:
        return self.people[self.cleaned_data["user"]]
