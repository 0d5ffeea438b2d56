"""Days in three boxes; what is left to type."""

from datetime import date

import pytest
from django import forms

from consortium.ui.fields import DayField
from consortium.ui.forms import Form


class Sample(Form):
    day = DayField(label="開始日", required=False)
    text = forms.CharField(max_length=20, widget=forms.Textarea, required=False)


def parts(year: str, month: str, day: str) -> dict[str, str]:
    return {"day_year": year, "day_month": month, "day_day": day}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (parts("2026", "4", "1"), date(2026, 4, 1)),
        (parts("令和8", "4", "1"), date(2026, 4, 1)),
        (parts("R8", "04", "01"), date(2026, 4, 1)),
        (parts("２０２６", "４", "１"), date(2026, 4, 1)),
        (parts("令和元", "5", "1"), date(2019, 5, 1)),
        (parts("令和8年", "4月", "1日"), date(2026, 4, 1)),
        (parts(" ", "", ""), None),
        ({"day": "2026-04-01"}, date(2026, 4, 1)),
        ({"day": "2026/4/1"}, date(2026, 4, 1)),
        ({"day": "令和８年４月１日"}, date(2026, 4, 1)),
        ({"day": " R8.4.1"}, date(2026, 4, 1)),
        ({}, None),
    ],
)
def test_ways_to_write_a_day(data: dict[str, str], found: date | None):
    form = Sample(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (parts("2026", "2", "30"), "no_such_day"),
        (parts("平成40", "1", "1"), "no_such_day"),
        (parts("2026", "", "1"), "invalid"),
        (parts("x", "1", "1"), "invalid"),
        (parts("99999", "1", "1"), "invalid"),
        ({"day": "あした"}, "invalid"),
        ({"day": "1.4.2026"}, "invalid"),
    ],
)
def test_no_day(data: dict[str, str], code: str):
    form = Sample(data)
    assert form.has_error("day", code), form.errors


def test_what_was_typed_is_shown_again():
    for typed in (("令和8", "2", "30"), ("令和0年1月1日", "G", "5"), ("", "4", "")):
        html = str(Sample(parts(*typed))["day"])
        shown = [box.partition('"')[0] for box in html.split('value="')[1:]]
        assert shown == [one for one in typed if one]


def test_a_day_is_shown_in_its_boxes_and_each_is_named():
    html = Sample(initial={"day": date(2026, 4, 1)})["day"].as_field_group()
    assert 'name="day_year" value="2026"' in html
    assert html.count("<label") == 3
    assert "<legend" in html


def test_the_error_summary_leads_to_the_first_box():
    html = Sample(parts("x", "1", "1"))["day"].as_field_group()
    assert 'id="id_day_0"' in html


def test_a_long_text_says_how_much_it_may_hold():
    html = Sample()["text"].as_field_group()
    assert "20文字まで" in html
    assert 'data-most="20"' in html
