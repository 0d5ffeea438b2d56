"""Form bases of every page: our field template, autocomplete, refused 個人番号 and NUL."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from consortium.domain.my_number import contains_my_number
from consortium.ui.branches import When, number

AnyModel = TypeVar("AnyModel", bound=Model)
MY_NUMBER_MESSAGE: Final = _("個人番号(マイナンバー)は入力できません。番号を消してください。")
NUL_MESSAGE: Final = _("使えない文字(制御文字)が含まれています。")
REQUIRED: Final = forms.Field.default_error_messages["required"]
REQUIRED_MESSAGES: Final = (
    (forms.BooleanField, _("内容を確かめ、チェックを入れてください。")),
    (forms.FileField, _("ファイルを選択してください。")),
    (forms.ChoiceField, _("選択してください。")),
    (forms.ModelChoiceField, _("選択してください。")),
    (forms.Field, _("入力してください。")),
)
CHOOSE: Final = _("選択してください")
EVERY: Final = ("", _("すべて"))
"""First choice of a filter's field: narrows nothing."""
BLANK: Final = BLANK_CHOICE_DASH[0]
TEXT_FIELDS: Final = (forms.CharField, forms.JSONField)
TEXT_INPUTS: Final = (forms.TextInput, forms.Textarea)


class Renderer(DjangoTemplates):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


if TYPE_CHECKING:
    _Base = forms.BaseForm
    _ModelForm = forms.ModelForm
else:
    _Base = object

    class _ModelForm(forms.ModelForm):
        """As the type checker sees it: ModelForm[AnyModel]."""

        def __class_getitem__(cls, _model: object) -> type:
            return cls


class _Refusals(_Base):
    """Checks that no subclass can forget to call: they sit in `full_clean`, not in `clean`."""

    autocomplete: ClassVar[Mapping[str, str]] = {}
    """Field name → autocomplete token, for fields about the person at the keyboard; the others are "off"."""

    branches: Mapping[str, When] = {}
    """Field name → the answer that calls for it. What is not asked is dropped, whatever was sent."""

    def prepare(self) -> None:
        self.label_suffix = ""
        number(self.fields, self.branches)
        self._nul_fields = self._strip_nul()
        for name, field in self.fields.items():
            _name_the_deed(field)
            _name_the_blank(field)
            if isinstance(field.widget, TEXT_INPUTS):
                field.widget.attrs.setdefault("autocomplete", self.autocomplete.get(name, "off"))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self._refuse(self._nul_fields, ValidationError(NUL_MESSAGE, code="nul"))
            self._refuse(self._my_number_fields(), ValidationError(MY_NUMBER_MESSAGE, code="my_number"))

    def _clean_fields(self) -> None:
        """Before `clean` looks at them: an answer that was not asked for is none, and not wrong."""
        super()._clean_fields()  # type: ignore[misc]  # of Django's forms
        for name in self.dropped():
            self.errors.pop(name, None)
            self.cleaned_data[name] = _nothing(self.fields[name])

    def dropped(self) -> list[str]:
        """Fields that the answers do not call for."""
        return [
            name
            for name, when in self.branches.items()
            if name in self.fields and not when.holds(self.cleaned_data)
        ]

    def _refuse(self, names: Iterable[str], error: ValidationError) -> None:
        for name in names:
            self.add_error(name, error)

    def _my_number_fields(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if isinstance(field, TEXT_FIELDS) and not isinstance(field, forms.UUIDField)
            if any(contains_my_number(text) for text in _texts(self[name].data))
        ]

    def _strip_nul(self) -> list[str]:
        """Takes NUL out of the data before any field or the database can stumble over it."""
        names = [name for name in self.fields if any("\0" in text for text in _texts(self[name].data))]
        if names:
            self.data = _without_nul(self.data)
        return names


class Form(_Refusals, forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they are
        self.prepare()


class ModelForm(_Refusals, _ModelForm[AnyModel]):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they are
        self.prepare()


def _name_the_deed(field: forms.Field) -> None:
    """ "This field is required" says less than what to do; a field's own message stays."""
    if field.error_messages.get("required") != REQUIRED:
        return
    for kind, message in REQUIRED_MESSAGES:
        if isinstance(field, kind):
            field.error_messages["required"] = message
            return


def _name_the_blank(field: forms.Field) -> None:
    """Django's own blank choice is a row of dashes, which says nothing."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = CHOOSE if field.empty_label == BLANK[1] else field.empty_label
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast(Iterable[Any], field.choices))
        if BLANK in choices:
            field.choices = [("", CHOOSE) if one == BLANK else one for one in choices]


def _nothing(field: forms.Field) -> Any:
    """What the field gives when nothing was sent, were it optional."""
    was, field.required = field.required, False
    try:
        return field.clean(None)
    finally:
        field.required = was


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def _without_nul(data: Mapping[str, object]) -> MultiValueDict[str, object]:
    lists = data.lists() if isinstance(data, MultiValueDict) else ((key, [data[key]]) for key in data)
    return MultiValueDict({key: [_clean(value) for value in values] for key, values in lists})


def _clean(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value.replace("\0", "") if isinstance(value, str) else value
