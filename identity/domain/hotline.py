"""Whether what a caller says of herself agrees with her record, well enough to stop something for her."""

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Final

from .proofing import plain


class Fact(StrEnum):
    """What can be asked. An address alone is no proof: family and neighbours know it."""

    NUMBER = "number"
    ADDRESS = "address"
    DEVICE = "device"
    MONTH = "month"


ENOUGH: Final = 2
SHORTEST: Final = 5
"""Characters of an address without prefecture and municipality."""
_UNITS: Final = re.compile(r"丁目|番地の|番地|番|号|の(?=\d)")
_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")


def is_enough(right: Collection[Fact]) -> bool:
    return len(set(right)) >= ENOUGH


def same_address(said: str, recorded: str) -> bool:
    """Widths, hyphens and 丁目・番・号 make no difference; the front may be left out, the number may not."""
    ours, hers = _folded(recorded), _folded(said)
    return len(hers) >= SHORTEST and hers[-1].isdigit() and ours.endswith(hers)


def same_name(said: str, recorded: str) -> bool:
    return plain(said).casefold() == plain(recorded).casefold()


def same_month(said: date, recorded: date) -> bool:
    """As one remembers it: a month earlier or later will do."""
    return abs((said.year - recorded.year) * 12 + said.month - recorded.month) <= 1


def _folded(text: str) -> str:
    return re.sub(r"-+", "-", _UNITS.sub("-", plain(text)).translate(_DIGITS)).strip("-")
