"""Contrast of the palette as WCAG counts it."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "consortium/ui/static/ui/tokens.css").read_text(encoding="utf-8")
LITERAL = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", CSS))
TOKENS = LITERAL | {
    name: LITERAL[of] for name, of in re.findall(r"--([\w-]+):\s*var\(--([\w-]+)\);", CSS) if of in LITERAL
}
TEXT = [
    ("on-brand", "brand"),
    ("white", "danger-strong"),
    *(
        (ink, ground)
        for ink in ("text", "text-soft", "link", "brand")
        for ground in ("surface", "canvas", "surface-sunken")
    ),
    *((tone, f"{tone}-soft") for tone in ("info", "success", "warning", "danger")),
    ("danger-strong", "canvas"),
]
MARKS = [("line-strong", "surface"), ("line-strong", "canvas"), ("danger", "canvas"), ("focus", "focus-halo")]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text(ink: str, ground: str):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_lines_that_carry_meaning(mark: str, ground: str):
    assert contrast(mark, ground) >= 3
