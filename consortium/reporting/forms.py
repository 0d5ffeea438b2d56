from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.ui.forms import EVERY, Form

from . import queries
from .models import Indicator, Template


def year_choices() -> list[tuple[int, str]]:
    return [(year.year, in_language(f"{year.wareki} ({year.year})", f"FY{year}")) for year in queries.years()]


def any_indicator() -> "forms.ModelChoiceField[Indicator]":
    return forms.ModelChoiceField(
        None, label=_("指標"), to_field_name="key", required=False, empty_label=EVERY[1]
    )


class RunFilter(Form):
    indicator = any_indicator()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.all()  # type: ignore[attr-defined]


class FigureFilter(RunFilter):
    year = forms.ChoiceField(label=_("年度"), required=False)

    def __init__(self, *args: Any, years: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [EVERY, *years]  # type: ignore[attr-defined]  # a ChoiceField


class IndicatorYearForm(Form):
    """What both a figure and a report are about."""

    indicator: "forms.ModelChoiceField[Indicator]" = forms.ModelChoiceField(
        None, label=_("指標"), to_field_name="key"
    )
    fiscal_year = forms.TypedChoiceField(label=_("年度"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.all()  # type: ignore[attr-defined]
        self.fields["fiscal_year"].choices = year_choices()  # type: ignore[attr-defined]


class ReportForm(IndicatorYearForm):
    template = forms.ChoiceField(label=_("集計の種類"), choices=Template.choices)
    field_order = ["template", "indicator", "fiscal_year"]


class FigureForm(IndicatorYearForm):
    value = forms.DecimalField(
        label=_("値"), required=False, max_digits=18, decimal_places=2, min_value=Decimal(0)
    )
    not_surveyed = forms.BooleanField(label=_("調査対象外(値なし)"), required=False)
    source = forms.CharField(label=_("出典"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "value" in values and (values["value"] is None) != bool(values.get("not_surveyed")):
            self.add_error("value", _("値を入力するか、調査対象外を選んでください。両方は選べません。"))
        return values
