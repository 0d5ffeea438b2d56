"""Recognise a 個人番号 (twelve digits, the last a check digit), to refuse it wherever text comes in.

The check digit follows 番号法施行規則 (平成26年総務省令第85号) 第5条. It is required because only one random
number in eleven has a right one: ten in eleven twelve-digit invoice or meter numbers stay usable.
"""

import re
import unicodedata

_HYPHEN = r"[\-‐‑‒–—―−ー⁃_]"  # look-alikes people type for a hyphen, as NFKC leaves them
_SPACE = r"[ \t]"
_SEPARATOR = rf"(?:{_SPACE}|{_HYPHEN})"
_ANY = rf"{_SEPARATOR}{{1,3}}"
# Runs are as long as their style of separator allows, so that a part of a longer number (a card number, say)
# is no hit, yet a date in front of the number does not hide it.
_RUNS = (
    re.compile(r"[0-9]+"),
    re.compile(rf"[0-9]+(?:{_SPACE}{{1,2}}[0-9]+)+"),
    re.compile(rf"[0-9]+(?: ?{_HYPHEN} ?[0-9]+)+"),
    re.compile(
        rf"(?<![0-9])(?<![0-9]{_SEPARATOR})[0-9]{{4}}{_ANY}[0-9]{{4}}{_ANY}[0-9]{{4}}(?!{_ANY}?[0-9])"
    ),
)


def check_digit(body: str) -> str:
    """Return the twelfth digit for eleven: Pn are the digits from the right, Qn = n+1 (n ≤ 6) or n-5."""
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(body), start=1))
    remainder = total % 11
    return "0" if remainder <= 1 else str(11 - remainder)


def is_my_number(digits: str) -> bool:
    """Whether exactly these ASCII digits are a well-formed 個人番号."""
    well_formed = len(digits) == 12 and digits.isascii() and digits.isdigit()
    return well_formed and check_digit(digits[:11]) == digits[11]


def contains_my_number(text: str) -> bool:
    """Whether a 個人番号 stands anywhere in the text, full- or half-width, in one piece or in groups."""
    plain = _normalise(text)
    return any(_is_hit(plain, match) for run in _RUNS for match in run.finditer(plain))


def _normalise(text: str) -> str:
    """Half-width digits of any script, invisible characters dropped."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_digit(char) for char in folded if unicodedata.category(char) != "Cf")


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _is_hit(text: str, match: re.Match[str]) -> bool:
    digits = re.sub(r"[^0-9]", "", match[0])
    return is_my_number(digits) and not _inside_identifier(text, match)


def _inside_identifier(text: str, match: re.Match[str]) -> bool:
    """Latin letters on both sides: a piece of a hash, token or UUID, of which some would hit by chance."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return all(char.isascii() and char.isalpha() for char in (before or " ", after or " "))
