"""Form bases of every page: our field template, autocomplete, refused 個人番号 and NUL."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from consortium.domain.my_number import contains_my_number

AnyModel = TypeVar("AnyModel", bound=Model)
AUTOCOMPLETE: Final[Mapping[str, str]] = {"email": "email", "code": "one-time-code"}
MY_NUMBER_MESSAGE: Final = _("個人番号(マイナンバー)は入力できません。番号を消してください。")
NUL_MESSAGE: Final = _("使えない文字(制御文字)が含まれています。")
TEXT_FIELDS: Final = (forms.CharField, forms.JSONField)
TEXT_INPUTS: Final = (forms.TextInput, forms.Textarea)


class Renderer(DjangoTemplates):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class _Refusals(forms.BaseForm if TYPE_CHECKING else object):
    """Checks that no subclass can forget to call: they sit in `full_clean`, not in `clean`."""

    autocomplete: ClassVar[Mapping[str, str]] = {}
    """Field name → autocomplete token, for fields about the person at the keyboard; the others are "off"."""

    def prepare(self) -> None:
        self.label_suffix = ""
        self._nul_fields = self._strip_nul()
        for name, field in self.fields.items():
            if isinstance(field.widget, TEXT_INPUTS):
                token = self.autocomplete.get(name) or AUTOCOMPLETE.get(name, "off")
                field.widget.attrs.setdefault("autocomplete", token)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self._refuse(self._nul_fields, ValidationError(NUL_MESSAGE, code="nul"))
            self._refuse(self._my_number_fields(), ValidationError(MY_NUMBER_MESSAGE, code="my_number"))

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
            keys = [key for key in self.data if any("\0" in text for text in _values(self.data, key))]
            self.data = self.data.copy()
            for key in keys:
                _without_nul(self.data, key)
        return names


class Form(_Refusals, forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they are
        self.prepare()


class ModelForm(_Refusals, forms.ModelForm[AnyModel] if TYPE_CHECKING else forms.ModelForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they are
        self.prepare()


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []


def _values(data: Mapping[str, object], key: str) -> list[str]:
    return _texts(data.getlist(key) if isinstance(data, QueryDict) else data[key])


def _without_nul(data: MutableMapping[str, object], key: str) -> None:
    clean = [text.replace("\0", "") for text in _values(data, key)]
    if isinstance(data, QueryDict):
        data.setlist(key, clean)
    else:
        data[key] = clean if isinstance(data[key], list | tuple) else clean[0]
