"""受付番号: what clerks and slips call a resident by, eight characters of the random part of her id."""

import re
import unicodedata
from typing import Final
from uuid import UUID

LENGTH: Final = 8
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—―−ー]+")
_HEX: Final = frozenset("0123456789ABCDEF")


class MalformedReceipt(ValueError):
    """Not eight characters of 0–9 and A–F."""


def receipt_of(citizen_id: UUID) -> str:
    return citizen_id.hex[-LENGTH:].upper()


def parse_receipt(text: str) -> str:
    """Without its hyphen; any width and case. Raises MalformedReceipt."""
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(folded) != LENGTH or not set(folded) <= _HEX:
        raise MalformedReceipt
    return folded
