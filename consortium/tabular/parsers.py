"""Parsers of cells: from a stripped, non-empty text to a value, or a ValidationError that says what to do."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from consortium.domain.calendar import NotADate, parse_date, parse_fiscal_year
from consortium.domain.codes import CodeError, MunicipalityCode
from consortium.domain.text import search_key

V = TypeVar("V")
_NEGATIVE: Final = re.compile(r"^[△▲−-]")
_TRUE: Final = {"1", "true", "yes", "y", "はい", "○", "◯", "〇", "有", "該当"}
_FALSE: Final = {"0", "false", "no", "n", "いいえ", "×", "無", "非該当"}


def plain_text(max_length: int = 200) -> Callable[[str], str]:
    """The text as entered, 外字 and variation selectors included."""

    def parse(text: str) -> str:
        if len(text) > max_length:
            message = _("長すぎます。%(limit)s文字以内にしてください。") % {"limit": max_length}
            raise ValidationError(message, code="max_length")
        return text

    return parse


def decimal(text: str) -> Decimal:
    """1,234.5, １２３, △5 (accountants' minus), 50%."""
    folded = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", text)).removesuffix("%")
    folded = _NEGATIVE.sub("-", folded)
    try:
        value = Decimal(folded)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValidationError(_("数値ではありません。数字だけで入力してください。"), code="number")
    return value


def day(text: str) -> date:
    try:
        return parse_date(text)
    except NotADate:
        message = _("日付ではありません。「2026/4/1」か「令和8年4月1日」の形で入力してください。")
        raise ValidationError(message, code="date") from None


def fiscal_year(text: str) -> int:
    try:
        return parse_fiscal_year(text).year
    except NotADate:
        message = _("年度ではありません。「2026」か「令和8年度」の形で入力してください。")
        raise ValidationError(message, code="fiscal_year") from None


def municipality_code(text: str) -> str:
    """A 団体コード; a leading zero that a spreadsheet dropped is put back where the check digit agrees."""
    folded = unicodedata.normalize("NFKC", text)
    try:
        return MunicipalityCode(folded.zfill(6)).value
    except CodeError:
        message = _("団体コードではありません。6桁の数字を入力してください。")
        raise ValidationError(message, code="municipality_code") from None


def choice(values: Mapping[str, V], *, shown: Callable[[V], StrOrPromise] = str) -> Callable[[str], V]:
    """values: accepted texts, compared without width and case, to values. shown: the words for a value."""

    def parse(text: str) -> V:
        accepted = {search_key(name): value for name, value in values.items()}
        if (key := search_key(text)) in accepted:
            return accepted[key]
        names = _("、").join(dict.fromkeys(str(shown(value)) for value in values.values()))
        message = _("選べる値ではありません。次のどれかを入力してください: %(values)s")
        raise ValidationError(message % {"values": names}, code="choice")

    return parse


def boolean(text: str) -> bool:
    key = search_key(text)
    if key in _TRUE | _FALSE:
        return key in _TRUE
    raise ValidationError(_("「はい」か「いいえ」を入力してください。"), code="boolean")
