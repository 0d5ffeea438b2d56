"""Forms of the execution board."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from .clause_forms import NumberField
from .models import BlockerCategory
from .showing import year_text

DONE, NOT_DONE = "done", "not_done"
KEEP, TAKE_BACK = "keep", "take_back"


def _text(label: Any, *, rows: int = 3, limit: int = 2000, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more)


class MilestoneForm(Form):
    branches = {"day": When({"outcome": (DONE,)})}
    outcome = forms.ChoiceField(
        label=_("状況"),
        choices=[(DONE, _("達成した")), (NOT_DONE, _("まだ達成していない(記録を取り消す)"))],
        widget=Radios,
        initial=DONE,
    )
    day = DayField(label=_("達成した日"))
    note = forms.CharField(label=_("備考"), max_length=500, required=False)


class ActualForm(Form):
    """years: fiscal years that can be recorded."""

    branches = {"value": When({"outcome": (KEEP,)}), "source": When({"outcome": (KEEP,)})}
    year = forms.TypedChoiceField(label=_("年度"), coerce=int)
    outcome = forms.ChoiceField(
        label=_("記録すること"),
        choices=[(KEEP, _("実績値を記録する")), (TAKE_BACK, _("この年度の記録を取り消す"))],
        widget=Radios,
        initial=KEEP,
    )
    value = NumberField(label=_("実績の値"), max_digits=16, decimal_places=4)
    source = forms.CharField(label=_("出典"), max_length=200, help_text=_("例: 窓口システムの受付件数の集計"))
    note = forms.CharField(label=_("備考"), max_length=500, required=False)

    def __init__(self, *args: object, years: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year_text(year)) for year in years]  # type: ignore[attr-defined]  # of a choice


class SpendingForm(Form):
    branches = {name: When({"outcome": (KEEP,)}) for name in ("amount", "day")}
    outcome = forms.ChoiceField(
        label=_("記録すること"),
        choices=[(KEEP, _("執行額を記録する")), (TAKE_BACK, _("執行額の記録を取り消す"))],
        widget=Radios,
        initial=KEEP,
    )
    amount = NumberField(
        label=_("執行額の累計(円)"),
        max_digits=15,
        decimal_places=0,
        min_value=0,
        help_text=_("この予算で、これまでに支出した額の合計です。例: 1,200,000"),
    )
    day = DayField(label=_("いつまでの額か"))
    source = forms.CharField(label=_("出典"), max_length=200, required=False)
    note = forms.CharField(label=_("備考"), max_length=500, required=False)


class BlockerForm(Form):
    """initiatives: (id of a clause, its title)."""

    title = forms.CharField(
        label=_("阻害要因"), max_length=120, help_text=_("例: 個人情報保護審査会の答申を待っている")
    )
    category = forms.ChoiceField(
        label=_("区分"), choices=[("", _("選択してください")), *BlockerCategory.choices]
    )
    initiative = forms.ChoiceField(label=_("関係する施策"), required=False)
    effect = _text(_("何が進まないか"))
    countermeasure = _text(_("対策"), required=False, help_text=_("決まっていないときは空欄にします。"))
    unit = forms.CharField(label=_("担当課"), max_length=120, help_text=_("解消にあたる課です。"))
    raised_on = DayField(label=_("生じた日"))
    due = DayField(label=_("解消の期日"), required=False)

    def __init__(self, *args: object, initiatives: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        whole = ("", _("計画全体"))
        self.fields["initiative"].choices = [whole, *initiatives]  # type: ignore[attr-defined]  # of a choice


class BlockerStepForm(Form):
    lock_version = forms.IntegerField(widget=forms.HiddenInput)
    note = _text(_("経過"), help_text=_("何をして、どうなったかを書きます。"))
    countermeasure = _text(_("これからの対策"), required=False)
    unit = forms.CharField(label=_("担当課"), max_length=120)
    due = DayField(label=_("解消の期日"), required=False)


class ResolveForm(Form):
    resolved_on = DayField(label=_("解消した日"))
    how = _text(_("どのように解消したか"), help_text=_("同じことが起きたときの手がかりになります。"))


class ReopenForm(Form):
    reason = _text(_("理由"))
