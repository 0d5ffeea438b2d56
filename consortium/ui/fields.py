"""Fields for what a Japanese form asks: days written 年月日, in either calendar."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.domain.calendar import NoSuchDay, NotADate, parse_date

PARTS = ("year", "month", "day")


class DayInput(forms.MultiWidget):
    """Three boxes: 年 (西暦 or 和暦), 月, 日. A value under the plain name is taken too."""

    template_name = "ui/forms/day.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        digits = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
        year = {"autocomplete": "off", "maxlength": 10, "class": "day__year"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "year": forms.TextInput(year),
            "month": forms.TextInput(digits),
            "day": forms.TextInput(digits),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, date):
            return [str(value.year), str(value.month), str(value.day)]
        text = str(value or "")
        if not text.endswith("日"):
            return [text, "", ""]
        rest, _sep, day = text.removesuffix("日").rpartition("月")
        year, _sep, month = rest.rpartition("年")
        return [year, month, day]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:  # type: ignore[override]  # one text
        if name in data:
            return str(data[name])
        parts = super().value_from_datadict(data, files, name)
        year, month, day = (
            str(part or "").strip().removesuffix(unit) for part, unit in zip(parts, "年月日", strict=True)
        )
        return f"{year}年{month}月{day}日" if year or month or day else ""


class DayField(forms.DateField):
    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("年は西暦でも和暦でも入力できます。例: 2026、令和8、R8"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except NoSuchDay as error:
            raise ValidationError(
                _("この日付はありません。年、月、日を確かめてください。"), code="no_such_day"
            ) from error
        except NotADate as error:
            raise ValidationError(_("年、月、日をすべて数字で入力してください。"), code="invalid") from error
