"""Forms of success cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.forms import EVERY, Form

from .clause_forms import NumberField
from .library_forms import AREAS
from .models import Direction

MAX_LONG, MAX_METHOD = 4000, 2000


def _text(label: Any, limit: int, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), help_text=hint
    )


class CaseForm(Form):
    """initiatives, components: their choices."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    initiative = forms.ChoiceField(label=_("施策"))
    title = forms.CharField(
        label=_("事例の名称"), max_length=120, help_text=_("例: 書かない窓口で受付時間を半分に")
    )
    summary = _text(_("取組の内容"), MAX_LONG, 5)
    indicator = forms.CharField(label=_("測った指標"), max_length=80, help_text=_("例: 転入手続の受付時間"))
    measure = forms.CharField(label=_("単位"), max_length=40, help_text=_("例: 分、件、%"))
    direction = forms.ChoiceField(
        label=_("望ましい方向"), choices=Direction.choices, widget=forms.RadioSelect, initial=Direction.UP
    )
    before = NumberField(label=_("実施前の値"), max_digits=16, decimal_places=2)
    before_period = forms.CharField(label=_("実施前の期間"), max_length=60, help_text=_("例: 令和6年度"))
    after = NumberField(label=_("実施後の値"), max_digits=16, decimal_places=2)
    after_period = forms.CharField(
        label=_("実施後の期間"), max_length=60, help_text=_("例: 令和7年4月から9月まで")
    )
    method = _text(_("測り方"), MAX_METHOD, 3, _("何を、だれが、どう数えたか。対象の件数も書きます。"))
    components = forms.MultipleChoiceField(
        label=_("使った共通部品"), required=False, widget=forms.CheckboxSelectMultiple
    )
    conditions = _text(
        _("ほかの自治体で行うための条件"), MAX_LONG, 4, _("必要な体制、費用、期間、つまずいた点など。")
    )
    contact = forms.CharField(
        label=_("問い合わせ先の課"), max_length=120, help_text=_("個人の名前ではなく、課の名称を書きます。")
    )

    def __init__(
        self,
        *args: Any,
        initiatives: list[tuple[str, Any]],
        components: list[tuple[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["initiative"].choices = initiatives  # type: ignore[attr-defined]  # of a choice
        self.fields["components"].choices = components  # type: ignore[attr-defined]  # of a choice
        if not components:
            del self.fields["components"]

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        head = {"lock_version", "initiative"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in head}
        return {"components": [], **given}


class CaseDecisionForm(Form):
    """Publish, or send back with a reason; `do` says which."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("差戻しの理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻す場合に入力してください。起案者に伝わります。"),
    )


class CaseFilterForm(Form):
    q = forms.CharField(label=_("語句"), required=False, max_length=100)
    item = forms.ChoiceField(label=_("重点取組事項"), required=False)
    area = forms.ChoiceField(label=_("分野"), required=False, choices=[EVERY, *AREAS.items()])

    def __init__(self, *args: Any, items: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [EVERY, *items]  # type: ignore[attr-defined]  # of a choice
