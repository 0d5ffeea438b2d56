"""Colours of the screen and the contrast between them, as WCAG 2.2 counts it."""

import colorsys
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

TEXT_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of normal size."""
STEPS = 510
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


class ColourError(ValueError):
    """The text names no colour."""


@dataclass(frozen=True, slots=True)
class Colour:
    """Channels of sRGB, 0 to 255 each."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Colour":
        """#0b4f62, 0B4F62 or #fff, full-width or not. Raises ColourError."""
        match = _HEX.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
        if match is None:
            raise ColourError(text)
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        return cls(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance: 0 black, 1 white."""
        shares = (0.2126, 0.7152, 0.0722)
        channels = (self.red, self.green, self.blue)
        return sum(share * _linear(channel / 255) for share, channel in zip(shares, channels, strict=True))

    def lightness(self) -> float:
        return colorsys.rgb_to_hls(self.red / 255, self.green / 255, self.blue / 255)[1]

    def with_lightness(self, lightness: float) -> "Colour":
        """The same hue and saturation, lighter or darker (HSL)."""
        hue, _, saturation = colorsys.rgb_to_hls(self.red / 255, self.green / 255, self.blue / 255)
        return Colour(*(round(255 * channel) for channel in colorsys.hls_to_rgb(hue, lightness, saturation)))


WHITE = Colour(255, 255, 255)


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (none) to 21 (black on white)."""
    light, dark = sorted((one.luminance, other.luminance), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lowest_contrast(ink: Colour, grounds: Iterable[Colour]) -> float:
    return min(contrast(ink, ground) for ground in grounds)


def darkened_to_contrast(ink: Colour, grounds: Iterable[Colour], least: float = TEXT_CONTRAST) -> Colour:
    """The lightest colour of the same hue, no lighter than `ink`, that is readable on all (light) grounds."""
    grounds = list(grounds)
    start = ink.lightness()
    candidates = (ink, *(ink.with_lightness(start * (STEPS - step) / STEPS) for step in range(1, STEPS + 1)))
    return next(one for one in candidates if lowest_contrast(one, grounds) >= least)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
