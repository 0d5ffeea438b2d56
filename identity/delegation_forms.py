"""What residents type in to have somebody act for them, or to act for somebody."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consortium.ui.fields import DayField
from consortium.ui.forms import Form
from services.domain.sectors import SECTORS

from .labels import ATTRIBUTES
from .resident_forms import CodeField

_TERMS: Final[list[tuple[int, Promise]]] = [(30, _("30日")), (90, _("90日")), (365, _("1年"))]


def sector_choices() -> list[tuple[str, str]]:
    japanese = (get_language() or "ja").startswith("ja")
    return [(key.value, one.label_ja if japanese else one.label_en) for key, one in SECTORS.items()]


class ScopeForm(Form):
    sectors = forms.MultipleChoiceField(
        label=_("任せる分野"), choices=sector_choices, widget=forms.CheckboxSelectMultiple
    )
    may_consent = forms.TypedChoiceField(
        label=_("任せること"),
        choices=[("0", _("同意の内容と利用の記録を見る")), ("1", _("見ることに加えて、同意や撤回をする"))],
        coerce=int,
        initial="0",
        widget=forms.RadioSelect,
    )
    until = DayField(label=_("いつまで"))


class GiveForm(ScopeForm):
    code = CodeField(
        label=_("代理人のコード"),
        max_length=60,
        help_text=_("代理人になる人が自分のページで作り、あなたに伝えた16文字です。"),
    )
    field_order = ("code", "sectors", "may_consent", "until")


class ConsentForm(Form):
    """On another's behalf, for one service."""

    attributes = forms.MultipleChoiceField(label=_("提供する情報"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("期間"), choices=_TERMS, coerce=int, widget=forms.RadioSelect, initial=30
    )

    def __init__(self, *args: Any, attributes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(one, ATTRIBUTES.get(one, one)) for one in attributes]
        self.fields["attributes"].choices = chosen  # type: ignore[attr-defined]  # a choice field's
