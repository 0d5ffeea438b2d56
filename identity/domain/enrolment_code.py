"""The one-time code a counter prints for a resident: Crockford base32, tolerant of how it is typed.

80 random bits in four groups. Crockford's alphabet has no I, L, O, U: what looks alike is read alike.
"""

import re
import secrets
import unicodedata
from hashlib import sha256
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16  # five bits each
_GROUP: Final = 4
_LOOK_ALIKES: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—―−ー]+")


class MalformedEnrolmentCode(ValueError):
    """Not sixteen characters of the alphabet. Never carries the text: it may be nearly a right code."""


def new_code() -> str:
    """Return a fresh code in canonical form: hash it, print `grouped(code)`, then forget it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """Return the printed form, 7Q3K-…: groups of four joined by hyphens."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def parse(text: str) -> str:
    """Return the canonical form of what was typed: any width, case or groups, O for 0, I or L for 1."""
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_LOOK_ALIKES)
    if len(folded) != LENGTH or not set(folded) <= set(ALPHABET):
        raise MalformedEnrolmentCode
    return folded


def code_hash(code: str) -> str:
    """Return the SHA-256 (hex) of a canonical code: what is stored and looked up. 80 bits need no salt."""
    return sha256(code.encode("ascii")).hexdigest()
