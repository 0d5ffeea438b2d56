"""The reading of a name, wherever it is typed in."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.domain.text import hiragana

_KANA: Final = set(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) | set("ー・ 　")


def reading(text: str) -> str:
    """Katakana, half-width too, becomes hiragana. Raises ValidationError."""
    found = " ".join(hiragana(text).split())
    if not found or not set(found) <= _KANA:
        raise ValidationError(_("ふりがなはひらがなまたはカタカナで入力してください。"), code="invalid")
    return found


class KanaField(forms.CharField):
    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return reading(str(text)) if text else ""
