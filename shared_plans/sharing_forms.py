"""Forms of adopting, of bringing figures to the own size, and of proposing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.forms import CHOOSE, Form

from .actions.scaling import LARGEST, Figure, Settled
from .clause_forms import NumberField
from .domain.document import Scalar
from .domain.kinds import Field, Type
from .domain.paths import Place
from .domain.scaling import Proposal, Size
from .forms import HeadForm

NEW, EXISTING = "new", "existing"
SETTLED: Final = {
    Settled.SCALED: _("換算した値にする"),
    Settled.KEPT: _("採用元の値のままにする"),
    Settled.CHANGED: _("別の値にする"),
}


class InitiativesForm(HeadForm):
    """Which initiatives, and where they go."""

    initiatives = forms.MultipleChoiceField(
        label=_("採用する施策"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("施策に属する指標・予算・人材・リスクも一緒に写します。"),
    )
    where = forms.ChoiceField(
        label=_("入れる先"),
        choices=[(EXISTING, _("起案中の計画に加える")), (NEW, _("新しい計画を作る"))],
        widget=Radios,
    )
    plan = forms.ChoiceField(label=_("加える計画"))
    field_order = ("initiatives", "where", "plan", "title", "year_from", "year_to")
    branches = {
        "plan": When({"where": (EXISTING,)}),
        "title": When({"where": (NEW,)}),
        "year_from": When({"where": (NEW,)}),
        "year_to": When({"where": (NEW,)}),
    }

    def __init__(
        self, *args: Any, initiatives: list[tuple[str, str]], plans: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["initiatives"].choices = initiatives  # type: ignore[attr-defined]  # of a choice
        self.fields["plan"].choices = [("", CHOOSE), *plans]  # type: ignore[attr-defined]  # of a choice
        if not plans:
            self.fields["where"].choices = [(NEW, _("新しい計画を作る"))]  # type: ignore[attr-defined]  # of a choice
        self.fields["where"].initial = EXISTING if plans else NEW


def _people(text: Any) -> NumberField:
    return NumberField(label=text, min_value=1, max_value=LARGEST, max_digits=8, decimal_places=0)


class SizesForm(Form):
    """Persons and households of both municipalities."""

    source_population = _people(_("採用元の人口"))
    source_households = _people(_("採用元の世帯数"))
    own_population = _people(_("自らの人口"))
    own_households = _people(_("自らの世帯数"))

    def sizes(self) -> tuple[Size, Size]:
        values = {name: int(value) for name, value in self.cleaned_data.items()}
        return (
            Size(values["source_population"], values["source_households"]),
            Size(values["own_population"], values["own_households"]),
        )


class FiguresForm(Form):
    """One page of figures; each by its proposal. settled: as it was decided before, by place."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        proposals: Sequence[tuple[Proposal, Field, Scalar]],
        settled: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        for number, (one, field, present) in enumerate(proposals):
            self.fields[f"{number}-settled"] = forms.ChoiceField(
                label=_("どうしますか"),
                choices=[(each.value, text) for each, text in SETTLED.items()],
                widget=forms.RadioSelect,
                required=False,
                initial=settled.get(str(one.place), Settled.SCALED),
            )
            places = 4 if field.type is Type.DECIMAL else 0
            self.fields[f"{number}-value"] = NumberField(
                label=_("別の値"),
                required=False,
                min_value=field.minimum,
                max_value=field.maximum,
                max_digits=16,
                decimal_places=places,
                initial=present,
            )
        self.prepare()

    def rows(self) -> Iterator[tuple[Proposal, Field, Scalar, BoundField, BoundField]]:
        for number, (one, field, present) in enumerate(self.proposals):
            yield one, field, present, self[f"{number}-settled"], self[f"{number}-value"]

    def clean(self) -> dict[str, Any] | None:
        for number, _each in enumerate(self.proposals):
            changed = self.cleaned_data.get(f"{number}-settled") == Settled.CHANGED
            name = f"{number}-value"
            if changed and name not in self.errors and self.cleaned_data.get(name) is None:
                self.add_error(name, ValidationError(_("別の値を入力してください。"), code="required"))
        return self.cleaned_data

    def figures(self) -> dict[Place, Figure]:
        return {
            one.place: self._figure(number, one, field)
            for number, (one, field, _present) in enumerate(self.proposals)
            if self.cleaned_data.get(f"{number}-settled")
        }

    def _figure(self, number: int, one: Proposal, field: Field) -> Figure:
        settled = Settled(self.cleaned_data[f"{number}-settled"])
        if settled is Settled.CHANGED:
            value = self.cleaned_data[f"{number}-value"]
            return Figure(settled, f"{value:f}" if field.type is Type.DECIMAL else int(value))
        return Figure(settled, one.here if settled is Settled.SCALED else one.there)


class ProposeForm(Form):
    """Which own changes to offer, and why."""

    places = forms.MultipleChoiceField(
        label=_("提案する変更"), widget=forms.CheckboxSelectMultiple, required=False
    )
    message = forms.CharField(
        label=_("提案の理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "採用元に伝わります。なぜ変えたか、効果があったかを書くと、採用元が判断しやすくなります。"
        ),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].choices = places  # type: ignore[attr-defined]  # of a choice


class MessageForm(Form):
    message = forms.CharField(
        label=_("回答"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提案元に伝わります。取り入れない場合は、その理由を入力してください。"),
    )
