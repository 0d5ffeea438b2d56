"""Forms of comments and of reviews."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.fields import DayField
from consortium.ui.forms import Form
from shared_plans.domain.reviews import MAX_MONTHS
from shared_plans.models import MAX_BODY

FIXED_DAYS = 4
"""Boxes for fixed days on the form."""


class CommentForm(Form):
    """colleagues: (account, name) of who can be told."""

    body = forms.CharField(
        label=_("コメント"),
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("庁内だけで見られます。計画を公表しても、ほかの自治体には見えません。"),
    )
    mentions = forms.TypedMultipleChoiceField(
        label=_("知らせる相手"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("選んだ職員に通知します。選ばなくても、このやりとりに書いた人には返信が通知されます。"),
    )

    def __init__(self, *args: object, colleagues: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentions"].choices = colleagues  # type: ignore[attr-defined]  # of a choice


class ReviewCycleForm(Form):
    """Every so many months, or on fixed days."""

    branches = {
        "every_months": When({"rhythm": ("months",)}),
        "starts_on": When({"rhythm": ("months",)}),
        **{f"day_{n}": When({"rhythm": ("days",)}) for n in range(1, FIXED_DAYS + 1)},
    }
    rhythm = forms.ChoiceField(
        label=_("見直しの時期"),
        choices=[("months", _("一定の間隔で行う")), ("days", _("決まった日に行う"))],
        widget=Radios,
    )
    every_months = forms.IntegerField(
        label=_("間隔(か月)"),
        min_value=1,
        max_value=MAX_MONTHS,
        help_text=_("例: 毎年なら12、半年ごとなら6"),
    )
    starts_on = DayField(label=_("最初の見直しの日"))
    day_1 = DayField(label=_("見直しの日(1)"))
    day_2 = DayField(label=_("見直しの日(2)"), required=False)
    day_3 = DayField(label=_("見直しの日(3)"), required=False)
    day_4 = DayField(label=_("見直しの日(4)"), required=False)
