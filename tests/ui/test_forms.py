from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory

from consortium.domain.my_number import check_digit
from consortium.ui.forms import Form
from consortium.ui.views import FormView, add_errors

MY_NUMBER = "12345678901" + check_digit("12345678901")
WIDE = MY_NUMBER.translate(str.maketrans("0123456789", "0123456789"))


class Sample(Form):
    autocomplete = {"family": "family-name"}

    name = forms.CharField(label="名称", help_text="正式な名称")
    family = forms.CharField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)
    extra = forms.JSONField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], required=False, widget=forms.RadioSelect)
    key = forms.UUIDField(required=False)

    def clean(self) -> None:
        """Doesn't call super(): the refusals must not depend on it."""


def codes(form: forms.BaseForm, field: str) -> list[str]:
    return [error.code for error in form.errors.as_data().get(field, [])]


def test_a_my_number_is_refused_in_any_text_field():
    for text in (MY_NUMBER, f"番号は{WIDE}です", f"{MY_NUMBER[:4]} {MY_NUMBER[4:8]}-{MY_NUMBER[8:]}"):
        assert codes(Sample({"name": text}), "name") == ["my_number"]
        assert codes(Sample({"name": "x", "note": text}), "note") == ["my_number"]
    assert codes(Sample({"name": "x", "extra": f'{{"n": "{MY_NUMBER}"}}'}), "extra") == ["my_number"]


def test_other_long_numbers_and_ids_pass():
    wrong = MY_NUMBER[:-1] + str((int(MY_NUMBER[-1]) + 1) % 10)
    form = Sample({"name": wrong, "key": f"00000000-0000-4000-8000-{MY_NUMBER}"})
    assert form.is_valid(), form.errors


def test_the_message_does_not_repeat_the_number():
    assert MY_NUMBER not in str(Sample({"name": MY_NUMBER}).errors)


def test_nul_is_refused_everywhere_and_reaches_no_field():
    form = Sample(QueryDict("name=a%00b&kind=a%00&key=%00"))
    assert {"nul"} <= {code for name in ("name", "kind", "key") for code in codes(form, name)}
    assert "\0" not in str(form)


def test_unbound_form_has_no_errors():
    assert not Sample().errors


def test_required_says_what_to_do():
    class Asking(Form):
        text = forms.CharField()
        choice = forms.ChoiceField(choices=[("a", "A")])
        own = forms.CharField(error_messages={"required": "名前がありません"})

    errors = Asking({}).errors
    assert errors["text"] == ["入力してください。"]
    assert errors["choice"] == ["選択してください。"]
    assert errors["own"] == ["名前がありません"]


def test_field_markup_names_hint_error_and_autocomplete():
    html = Sample({"name": ""})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="off"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'autocomplete="family-name"' in Sample()["family"].as_field_group()


def test_error_summary_links_lead_to_existing_controls():
    class Both(Form):
        name = forms.CharField(label="名称")
        kind = forms.ChoiceField(label="種類", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

    form = Both({})
    form.add_error(None, "全体の誤り")
    html = (
        engines["django"]
        .from_string("{% load ui %}{% error_summary form %}{{ form }}")
        .render({"form": form})
    )
    assert "全体の誤り" in html
    for target in ("id_name", "id_kind_0"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in html
    assert "error-summary" not in engines["django"].from_string(
        "{% load ui %}{% error_summary form %}"
    ).render({"form": Both()})


class SampleView(FormView):
    form_class = Sample
    template_name = "ui/forms/form.html"

    def perform(self, form: forms.BaseForm) -> str:
        if form.cleaned_data["name"] == "taken":
            raise ValidationError({"name": ["使われています"], "elsewhere": ["別の欄の誤り"]})
        return "/done/"


def post(**data: str):
    return SampleView.as_view()(RequestFactory().post("/", data))


def test_errors_answer_422_and_success_redirects():
    assert post(name="").status_code == 422
    answer = post(name="計画")
    assert (answer.status_code, answer.url) == (302, "/done/")


def test_refusals_of_an_action_are_shown_in_the_form():
    answer = post(name="taken")
    form = answer.context_data["form"]
    assert answer.status_code == 422
    assert form.errors["name"] == ["使われています"]
    assert form.non_field_errors() == ["別の欄の誤り"]


def test_add_errors_takes_plain_messages():
    form = Sample({"name": "x"})
    add_errors(form, ValidationError("だめです"))
    assert form.non_field_errors() == ["だめです"]
