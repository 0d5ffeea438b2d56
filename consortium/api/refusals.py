"""What no text that comes in may hold, whatever field it is for."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from consortium.domain.my_number import contains_my_number

MY_NUMBER = _("個人番号(マイナンバー)は受け取れません。番号を消してください。")
UNUSABLE = _("使えない文字(制御文字)が含まれています。")


def refuse(data: Any) -> None:
    """data: parsed JSON. Raises ValidationError with an entry per field that holds a 個人番号, a NUL or half
    of a surrogate pair."""
    errors: dict[str, list[ErrorDetail]] = {}
    for path, text in _texts(data, ""):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            errors.setdefault(path, []).append(ErrorDetail(str(UNUSABLE), code="unusable_character"))
        elif contains_my_number(text):
            errors.setdefault(path, []).append(ErrorDetail(str(MY_NUMBER), code="my_number"))
    if errors:
        raise ValidationError(errors)


def _texts(data: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in the data with its path, keys included."""
    if isinstance(data, str):
        yield path or "non_field_errors", data
    elif isinstance(data, int):  # a text field would take the number as text
        yield path or "non_field_errors", str(data)
    elif isinstance(data, dict):
        for number, (key, value) in enumerate(data.items()):
            yield f"{path}.{number}" if path else "non_field_errors", key
            yield from _texts(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, f"{path}.{number}" if path else str(number))
