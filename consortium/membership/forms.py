"""Forms of invitations, staff, applications and admission."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from consortium.domain.codes import CodeError, MunicipalityCode
from consortium.language import place_name
from consortium.search import search
from consortium.tenancy.models import Municipality, Prefecture
from consortium.ui.fields import DayField
from consortium.ui.forms import EVERY, Form

from .actions.branding import readable
from .models import Standing, User, today
from .roles import MUNICIPAL_ROLES
from .scopes import SCOPES

Choice = tuple[str, Any]


def role_choices() -> list[Choice]:
    return [(role.key, role.name) for role in MUNICIPAL_ROLES.values()]


class InviteForm(Form):
    name = forms.CharField(label=_("氏名"), max_length=60)
    email = forms.EmailField(label=_("メールアドレス"), help_text=_("招待のリンクを送ります。"))
    role = forms.ChoiceField(label=_("役割"), choices=role_choices, widget=forms.RadioSelect)


class IssueTokenForm(Form):
    name = forms.CharField(label=_("使うシステムの名前"), max_length=60, help_text=_("例: 文書管理システム"))
    scopes = forms.MultipleChoiceField(
        label=_("閲覧のほかにできること"),
        required=False,
        choices=[(scope.permission, scope.name) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("有効期間"),
        coerce=int,
        initial=365,
        choices=[(30, _("30日")), (90, _("90日")), (180, _("180日")), (365, _("1年"))],
        widget=forms.RadioSelect,
    )


class ChangeRoleForm(Form):
    role = forms.ChoiceField(label=_("新しい役割"), choices=role_choices, widget=forms.RadioSelect)


class DeputyForm(Form):
    role = forms.ChoiceField(label=_("任せる役割"), widget=forms.RadioSelect)
    user = forms.ModelChoiceField(label=_("代理者"), queryset=User.objects.none())
    starts_on = DayField(label=_("開始日"), initial=today)
    ends_on = DayField(label=_("終了日"), help_text=_("この日も代理できます。"))
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("例: 出張、年次休暇、育児休業。病名は書かないでください。"),
    )

    def __init__(self, *args: Any, roles: list[str], colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(key, MUNICIPAL_ROLES[key].name) for key in roles if key in MUNICIPAL_ROLES]
        self.fields["role"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]  # a ModelChoiceField


class ClosingDayForm(Form):
    day = DayField(label=_("日付"))
    reason = forms.CharField(
        label=_("理由"), max_length=60, help_text=_("例: 市制施行記念日、庁舎の停電に伴う休庁")
    )


class EmailForm(Form):
    autocomplete = {"email": "email"}

    email = forms.EmailField(label=_("新しいメールアドレス"))


class RecoverForm(Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("何を失ったか、本人であることをどのように確かめたかを書いてください。"),
    )


class RecoverSomebodyForm(RecoverForm):
    user = forms.ModelChoiceField(label=_("対象の職員"), queryset=User.objects.none())
    field_order = ["user", "reason"]

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


def _new_password(label: Any, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


class RecoveryPasswordForm(Form):
    password1 = _new_password(
        _("新しいパスワード"), help_text=lazy(password_validators_help_text_html, str)()
    )
    password2 = _new_password(_("新しいパスワード(確認)"))

    def clean_password2(self) -> str:
        again: str = self.cleaned_data["password2"]
        if again != self.cleaned_data.get("password1", again):
            raise ValidationError(_("2つのパスワードが一致しません。"), code="mismatch")
        return again


class AcceptForm(Form):
    """For somebody without an account; the address is the invitation's."""

    autocomplete = {"name": "name", "password": "new-password"}

    name = forms.CharField(label=_("氏名"), max_length=60)
    password = forms.CharField(
        label=_("パスワード"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validators_help_text_html, str)(),
    )


def any_role() -> list[Choice]:
    return [EVERY, *role_choices()]


class StaffFilter(Form):
    q = forms.CharField(label=_("氏名またはメールアドレス"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("役割"), required=False, choices=any_role)


class MemberFilter(Form):
    q = forms.CharField(label=_("名称、読みまたは団体コード"), required=False, max_length=40)
    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    standing = forms.ChoiceField(label=_("資格"), required=False, choices=[EVERY, *Standing.choices])

    def __init__(self, *args: Any, prefectures: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefecture"].choices = [EVERY, *prefectures]  # type: ignore[attr-defined]  # a ChoiceField


class MunicipalityFilter(Form):
    """Narrows 1,741 municipalities without scripts: a GET of the same page."""

    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    q = forms.CharField(label=_("名称または読み"), required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = Prefecture.objects.filter(municipalities__in=eligible()).distinct().order_by("code")
        self.fields["prefecture"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            EVERY,
            *((one.code, place_name(one)) for one in listed),
        ]

    def municipalities(self) -> QuerySet[Municipality]:
        found = eligible()
        if not self.is_valid():
            return found
        if prefecture := self.cleaned_data["prefecture"]:
            found = found.filter(prefecture_id=prefecture)
        return search(found, self.cleaned_data["q"])


def eligible() -> QuerySet[Municipality]:
    """Invented municipalities may apply where all data is invented."""
    known = Municipality.objects.all()
    return known if settings.DEMO else known.filter(fictional=False)


def municipality_choices(found: QuerySet[Municipality]) -> Iterator[Choice]:
    """Grouped by prefecture, each with its code, in the order of codes."""
    yield "", _("選択してください")
    rows = found.order_by("code").values_list("prefecture__name", "code", "name")
    for prefecture, group in groupby(rows, key=lambda row: row[0]):
        yield prefecture, [(code, f"{name} ({code})") for _prefecture, code, name in group]


class ApplicantForm(Form):
    """A plain text field behind a select: 1,741 choices are looked up, not listed, to check one."""

    municipality = forms.CharField(label=_("自治体"), max_length=6, widget=forms.Select)

    def offer(self, found: QuerySet[Municipality]) -> None:
        """Fill the select for a page that is about to be shown."""
        self.fields["municipality"].widget.choices = list(municipality_choices(found))

    def clean_municipality(self) -> Municipality:
        try:
            code = MunicipalityCode.parse(self.cleaned_data["municipality"]).value
        except CodeError as error:
            raise ValidationError(_("団体コードの形が正しくありません。"), code="malformed") from error
        found = eligible().filter(code=code).first()
        if found is None:
            raise ValidationError(_("この団体コードの自治体はありません。"), code="unknown")
        return found


class ContactForm(Form):
    autocomplete = {"contact_name": "name", "contact_email": "email"}

    contact_name = forms.CharField(label=_("担当者氏名"), max_length=60)
    contact_email = forms.EmailField(
        label=_("担当者メールアドレス"), help_text=_("承認後、最初の管理者としての招待をこの宛先に送ります。")
    )
    reason = forms.CharField(label=_("参画の目的"), max_length=2000, required=False, widget=forms.Textarea)


class BrandingForm(Form):
    colour = forms.CharField(
        label=_("色"),
        max_length=9,
        required=False,
        help_text=_("「#」と6桁の16進数。例: #0b4f62。空欄にすると、標準の色になります。"),
        widget=forms.TextInput({"class": "input--code input--short"}),
    )
    short_name = forms.CharField(
        label=_("表示名"),
        max_length=20,
        required=False,
        help_text=_("画面の上に表示する短い名前。空欄にすると、自治体の名称になります。"),
    )

    def clean_colour(self) -> str:
        try:
            return readable(self.cleaned_data["colour"])
        except ValidationError as error:
            raise ValidationError(error.error_dict["colour"]) from error


class AdmitForm(Form):
    resolution = forms.CharField(label=_("議決番号"), max_length=60, help_text=_("例: 令和8年度第3号"))
    starts_on = DayField(label=_("参画開始日"), initial=today)


class DeclineForm(Form):
    reason = forms.CharField(label=_("承認しない理由"), max_length=2000, widget=forms.Textarea)
