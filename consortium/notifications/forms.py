from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.branches import Radios, When
from consortium.ui.forms import Form

from .actions import channels_of
from .kinds import categories
from .models import Rhythm


class FilterForm(Form):
    category = forms.ChoiceField(label=_("区分"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("すべて")), *((one.key, one.label) for one in categories())]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class PreferencesForm(Form):
    """A choice per category that leaves one, and the rhythm of the digest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in categories():
            if not category.fixed:
                self.fields[category.key] = forms.ChoiceField(
                    label=category.label,
                    help_text=category.description,
                    choices=[(one.value, one.label) for one in channels_of(category)],
                    widget=Radios,
                )
        self.branches = {"rhythm": When(dict.fromkeys(self.fields, ("digest",)))}
        self.fields["rhythm"] = forms.ChoiceField(
            label=_("まとめメールを送る日"), choices=Rhythm.choices, widget=forms.RadioSelect
        )
        self.prepare()

    def channels(self) -> dict[str, str]:
        return {key: value for key, value in self.cleaned_data.items() if key != "rhythm"}
