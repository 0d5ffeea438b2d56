"""Which characters the font of documents has. PDF/UA allows none that it hasn't."""

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import noto_cjk_sans_jp_regular  # type: ignore[import-untyped]  # a font and its path

FONT: Final = Path(noto_cjk_sans_jp_regular.FONT_PATH)
GETA: Final = "〓"
"""What printers put where a type was missing."""


def printable(text: str) -> str:
    """The text with GETA for characters that the font lacks, without invisible ones but for line breaks.

    Of a text of invisible ones alone GETA remains: a heading must not be empty.
    """
    shown = "".join(_shown(char) for char in text)
    return shown if shown.strip() or not text.strip() else GETA


def _shown(char: str) -> str:
    if char in "\n\t" or _is_variation_selector(char):
        return char
    if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}:
        return " " if char.isspace() else ""
    return char if has_glyph(ord(char)) else GETA


def _is_variation_selector(char: str) -> bool:
    """Part of a 外字 as entered; where the font has no such variant, its plain form is shown."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def has_glyph(code: int) -> bool:
    starts, ends = _ranges()
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last codes of the character map's groups (OpenType cmap, format 12)."""
    groups = list(_groups(FONT.read_bytes()))
    return [first for first, _last in groups], [last for _first, last in groups]


def _groups(font: bytes) -> Iterator[tuple[int, int]]:
    table = _table(font, b"cmap")
    for number in range(struct.unpack_from(">H", font, table + 2)[0]):
        (offset,) = struct.unpack_from(">L", font, table + 4 + 8 * number + 4)
        at = table + offset
        if struct.unpack_from(">H", font, at) == (12,):
            (count,) = struct.unpack_from(">L", font, at + 12)
            for group in range(count):
                first, last, _glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * group)
                yield first, last
            return


def _table(font: bytes, name: bytes) -> int:
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _checksum, offset, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if tag == name:
            return int(offset)
    raise ValueError(f"The font has no table {name!r}.")
