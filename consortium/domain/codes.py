"""全国地方公共団体コード: six digits of which the last is a check digit (総務省)."""

from dataclasses import dataclass
from typing import Self

_WEIGHTS = (6, 5, 4, 3, 2)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


class CodeError(ValueError):
    """Not a valid code; the subclass says why."""


class MalformedCode(CodeError):
    """Anything but exactly six digits."""


class BadCheckDigit(CodeError):
    """Six digits, the last of which does not follow from the first five."""


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def check_digit(body: str) -> str:
    """Return the sixth digit for the first five.

    The official rule has two branches (sum below 11, or not); both come to the same expression.
    """
    if not _is_digits(body, 5):
        raise MalformedCode(body)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return str((11 - total % 11) % 10)


@dataclass(frozen=True, order=True, slots=True)
class MunicipalityCode:
    """A valid code of a municipality or a prefecture; making one of anything else raises CodeError."""

    value: str

    def __post_init__(self) -> None:
        if not _is_digits(self.value, 6):
            raise MalformedCode(self.value)
        if check_digit(self.value[:5]) != self.value[5]:
            raise BadCheckDigit(self.value)

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed: full-width digits and space around are accepted, five digits are not."""
        return cls(text.strip().translate(_FULL_WIDTH))

    @classmethod
    def from_body(cls, body: str) -> Self:
        """Complete a five-digit body by its check digit."""
        return cls(body + check_digit(body))

    @property
    def body(self) -> str:
        """The five digits without the check digit (as in JIS X 0402)."""
        return self.value[:5]

    @property
    def prefecture(self) -> str:
        """The two-digit prefecture part, `"10"` for Gunma."""
        return self.value[:2]

    @property
    def is_prefecture(self) -> bool:
        return self.value[2:5] == "000"
