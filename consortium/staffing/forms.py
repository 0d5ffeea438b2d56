"""Forms of transfers and reviews."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consortium.membership.forms import role_choices
from consortium.membership.models import User
from consortium.ui.branches import Radios, When
from consortium.ui.fields import DayField
from consortium.ui.forms import Form

from .actions import Change
from .models import Decision
from .queries import next_first_of_april

NOBODY = ("", _("なし"))


class ChangeForm(Form):
    effective_on = DayField(
        label=_("発令日"),
        initial=next_first_of_april,
        help_text=_("この日から後任者の役割が有効になり、前任者の役割は前日で終わります。"),
    )
    role = forms.ChoiceField(label=_("役割"), choices=role_choices, widget=forms.RadioSelect)
    department = forms.CharField(
        label=_("課"), max_length=60, required=False, help_text=_("空欄のときは、前任者の課")
    )
    leaver = forms.ChoiceField(label=_("前任者"), required=False, help_text=_("新しく任じるときは「なし」"))
    successor = forms.ChoiceField(
        label=_("後任者"),
        required=False,
        help_text=_("この自治体の職員から選びます。新しい職員は、先に開始日を付けて招待します。"),
    )
    note = forms.CharField(label=_("備考"), max_length=200, required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(*args, **kwargs)
        listed = [(key, f"{person.name} ({person.email})") for key, person in self.people.items()]
        for name in ("leaver", "successor"):
            self.fields[name].choices = [NOBODY, *listed]  # type: ignore[attr-defined]  # a ChoiceField

    def change(self) -> Change:
        values = self.cleaned_data
        kept = {name: values[name] for name in ("role", "effective_on", "department", "note")}
        leaver, successor = (self.people.get(values[name]) for name in ("leaver", "successor"))
        return Change(**kept, leaver=leaver, successor=successor)


class IntervalForm(Form):
    months = forms.IntegerField(
        label=_("棚卸しの間隔(月)"),
        min_value=1,
        max_value=12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("通常は6か月です。"),
    )


class DecisionForm(Form):
    branches = {"new_roles": When({"decision": (Decision.CHANGE,)})}
    decision = forms.ChoiceField(
        label=_("判断"),
        choices=[(one.value, one.label) for one in (Decision.KEEP, Decision.CHANGE, Decision.END)],
        widget=Radios,
    )
    new_roles = forms.MultipleChoiceField(
        label=_("変更後の役割"),
        choices=role_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("変更後の役割を1つ以上選んでください。")},
    )
    note = forms.CharField(label=_("備考"), max_length=200, required=False)


class FinishForm(Form):
    confirmed = forms.BooleanField(
        label=_("「終了」と「変更」を実行し、未確認の職員はそのまま残すことを確認しました")
    )
