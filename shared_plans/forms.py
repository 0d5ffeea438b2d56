"""Forms of plans, but for that of a clause (clause_forms)."""

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.domain.calendar import FiscalYear
from consortium.files.sizes import size_text
from consortium.ui.branches import Radios, When
from consortium.ui.fields import DayField
from consortium.ui.forms import EVERY, Form
from shared_plans.actions import PLAN_ATTACHMENT
from shared_plans.domain.kinds import MAX_TITLE
from shared_plans.domain.parts import WITHHOLDABLE
from shared_plans.labels import KINDS
from shared_plans.models import PlanStatus, ReasonKind, Visibility
from shared_plans.showing import year_text

YEARS_BACK, YEARS_AHEAD = 5, 10


def year_choices(*also: int) -> list[tuple[int, str]]:
    now = FiscalYear.of(timezone.localdate()).year
    years = {*range(now - YEARS_BACK, now + YEARS_AHEAD + 1), *also}
    return [(year, year_text(year)) for year in sorted(years)]


class PlanFilter(Form):
    q = forms.CharField(label=_("計画の名称"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("状態"), required=False, choices=[EVERY, *PlanStatus.choices])


class HeadForm(Form):
    """What a plan is called and which years it covers."""

    title = forms.CharField(label=_("計画の名称"), max_length=MAX_TITLE, help_text=_("例: 前橋市DX推進計画"))
    year_from = forms.TypedChoiceField(label=_("計画期間の始まり"), coerce=int)
    year_to = forms.TypedChoiceField(label=_("計画期間の終わり"), coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        present = [int(year) for name in ("year_from", "year_to") if (year := self.initial.get(name))]
        for name in ("year_from", "year_to"):
            self.fields[name].choices = year_choices(*present)  # type: ignore[attr-defined]  # of a choice


class NewPlanForm(HeadForm):
    edition = forms.ChoiceField(
        label=_("国の計画の版"), help_text=_("施策はこの版の重点取組事項ごとに書きます。")
    )

    def __init__(self, *args: object, editions: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = editions  # type: ignore[attr-defined]  # of a choice


class EditHeadForm(HeadForm):
    lock_version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(Form):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class LockedForm(Form):
    lock_version = forms.IntegerField(widget=forms.HiddenInput)


class RestoreForm(LockedForm):
    reason = forms.CharField(
        label=_("復元する理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class PhaseForm(ReasonForm):
    since = DayField(label=_("日付"))
    field_order = ("since", "reason")


class ReviseForm(ReasonForm):
    reason_kind = forms.ChoiceField(
        label=_("改訂の理由の区分"), choices=[("", _("選択してください")), *ReasonKind.choices]
    )
    field_order = ("reason_kind", "reason")


def _accepted() -> str:
    limit = size_text(PLAN_ATTACHMENT.max_bytes)
    kinds = gettext("、").join(PLAN_ATTACHMENT.extensions)
    return gettext("%(kinds)s(%(limit)s以下)") % {"kinds": kinds, "limit": limit}


class AttachForm(Form):
    file = forms.FileField(
        label=_("ファイル"),
        max_length=255,
        help_text=lazy(_accepted, str)(),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in PLAN_ATTACHMENT.extensions)}),
    )
    title = forms.CharField(
        label=_("資料名"),
        max_length=MAX_TITLE,
        required=False,
        help_text=_("例: 推進体制図。空欄のときはファイル名を資料名にします。"),
    )


class ReachForm(Form):
    """Who may read a plan. members: (id, name) of those that can be named."""

    branches = {"readers": When({"visibility": (Visibility.NAMED.value,)})}
    visibility = forms.ChoiceField(label=_("公表の範囲"), choices=Visibility.choices, widget=Radios)
    readers = forms.TypedMultipleChoiceField(
        label=_("公開する自治体"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選んだ自治体だけが、参画している間、この計画を読めます。"),
    )

    def __init__(self, *args: object, members: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["readers"].choices = members  # type: ignore[attr-defined]  # of a choice


class SharingForm(ReachForm):
    """Also which sections nobody else reads."""

    private_kinds = forms.MultipleChoiceField(
        label=_("庁内だけで見る項目"),
        choices=[(kind.value, KINDS[kind]) for kind in WITHHOLDABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選んだ項目は、公表の範囲にかかわらず、ほかの自治体には「非公開」とだけ表示されます。"),
    )
    lock_version = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(SharingForm):
    """Publish, or send back with a reason; `do` says which."""

    reason = forms.CharField(
        label=_("差戻しの理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻す場合に入力してください。起案者に伝わります。"),
    )


class AdoptForm(HeadForm):
    """What an adopted plan is called here, and which years it is to cover."""

    title = forms.CharField(
        label=_("採用後の計画の名称"),
        max_length=MAX_TITLE,
        help_text=_("自らの自治体での名称に直してください。後からも変えられます。"),
    )
    year_to = forms.TypedChoiceField(
        label=_("計画期間の終わり"),
        coerce=int,
        help_text=_("期間の外になる節目の期日は、決裁を依頼する前に直してください。"),
    )
