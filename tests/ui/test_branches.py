"""A field that another answer calls for: shown with it, asked with it, dropped without it."""

import pytest
from django import forms

from consortium.domain.my_number import check_digit
from consortium.ui.answers import answers
from consortium.ui.branches import Checkboxes, Radios, Select, When
from consortium.ui.forms import Form

MY_NUMBER = "12345678901" + check_digit("12345678901")


class Sample(Form):
    branches = {
        "reason": When({"decision": ("refuse", "later"), "urgent": ()}),
        "day": When({"decision": ("later",)}),
        "count": When({"ways": ("bus",)}),
    }
    decision = forms.ChoiceField(
        choices=[("accept", "A"), ("refuse", "R"), ("later", "L")], widget=Radios, label="判断"
    )
    urgent = forms.BooleanField(required=False, label="至急")
    ways = forms.MultipleChoiceField(
        choices=[("bus", "B"), ("rail", "R")], widget=Checkboxes, required=False, label="手段"
    )
    reason = forms.CharField(label="理由")
    day = forms.DateField(label="日")
    count = forms.IntegerField(label="数")


def test_what_is_not_asked_is_dropped_whatever_was_sent():
    form = Sample({"decision": "accept", "reason": "x", "day": "not a day", "count": "-"})
    assert form.is_valid(), form.errors
    values = {"reason": "", "day": None, "count": None}
    assert form.cleaned_data == {"decision": "accept", "urgent": False, "ways": [], **values}
    assert [fact.label for fact in answers(form)] == ["判断", "至急", "手段"]


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        ({"decision": "refuse"}, {"reason"}),
        ({"decision": "later"}, {"reason", "day"}),
        ({"decision": "accept", "urgent": "on"}, {"reason"}),
        ({"decision": "accept", "ways": ["rail", "bus"]}, {"count"}),
        ({"decision": "nonsense"}, {"decision"}),
    ],
)
def test_what_is_asked_is_required(sent, missing):
    assert set(Sample(sent).errors) == missing


def test_the_choices_name_the_branches_they_open():
    html = str(Sample())
    for field, number in (("reason", 1), ("day", 2), ("count", 3)):
        assert f'field--branch-{number}">\n<label class="field__label" for="id_{field}"' in html
    for value, numbers in (("refuse", "1"), ("later", "1 2"), ("bus", "3")):
        (line,) = [line for line in html.split("<input") if f'value="{value}"' in line]
        assert f'data-reveals="{numbers}"' in line
    (urgent,) = [line for line in html.split("<input") if 'name="urgent"' in line]
    assert 'data-reveals="1"' in urgent


def test_a_my_number_is_refused_even_where_nothing_was_asked():
    assert set(Sample({"decision": "accept", "reason": MY_NUMBER}).errors) == {"reason"}


def test_a_widget_that_cannot_open_a_branch_is_an_error_of_ours():
    class Wrong(Sample):
        decision = forms.ChoiceField(choices=[("later", "L")], widget=forms.RadioSelect)

    with pytest.raises(ValueError, match="cannot open a branch"):
        Wrong()


def test_a_select_opens_one_too():
    class Chosen(Form):
        branches = {"other": When({"kind": ("other",)})}
        kind = forms.ChoiceField(choices=[("a", "A"), ("other", "O")], widget=Select)
        other = forms.CharField()

    assert '<option value="other" data-reveals="1">' in str(Chosen())
    assert Chosen({"kind": "a"}).is_valid() and not Chosen({"kind": "other"}).is_valid()
