from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from . import labels


class FilterForm(Form):
    action = forms.ChoiceField(label=_("操作"), required=False)
    actor = forms.CharField(label=_("操作した人"), required=False, max_length=60)
    first = DayField(label=_("開始日"), required=False, help_text="")
    last = DayField(label=_("終了日"), required=False, help_text="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("すべて")), *labels.choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("終了日は開始日以後の日にしてください。"))
        return values
