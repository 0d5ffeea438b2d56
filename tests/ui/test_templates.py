"""The content security policy allows nothing inline; every template of every package is read for it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("consortium", "identity", "services", "shared_plans", "deploy")
TEMPLATES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))
COMPONENTS = sorted((ROOT / "consortium" / "ui" / "templates" / "ui" / "components").glob("*.html"))
STYLESHEETS = sorted((ROOT / "consortium" / "ui" / "static").rglob("*.css"))
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script body": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\-a-z]*)\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "evaluated expression": re.compile(r"""=\s*["']js:""", re.IGNORECASE),
    "foreign address": re.compile(r"""(?:src|<link[^>]*href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_nothing_inline(path: Path):
    text = COMMENTS.sub("", path.read_text(encoding="utf-8"))
    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="x">',
        "<style>",
        "<script>a()</script>",
        '<a onclick="x">',
        '<b hx-on:click="x">',
        '<a href="javascript:x">',
        '<i hx-vals="js:{}">',
        '<script src="//cdn.example/x.js">',
        '<link href="https://fonts.example/a.css">',
    ],
)
def test_the_patterns_notice(bad: str):
    assert any(pattern.search(bad) for pattern in INLINE.values())


@pytest.mark.parametrize("path", STYLESHEETS, ids=relative)
def test_stylesheets_stay_small_and_ask_nobody(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    assert "http" not in re.sub(r"/\*.*?\*/|\[href\^=.*?\]", "", text, flags=re.DOTALL)
    assert "@import" not in text


@pytest.mark.parametrize("path", STYLESHEETS, ids=relative)
def test_colours_come_from_the_tokens(path: Path):
    """Print is black on white, and the demo banner has a colour of its own."""
    if path.name in {"tokens.css", "print.css"}:
        return
    literal = re.findall(r"#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8"))
    assert set(literal) <= {"#3e2c00", "#ffe380"}
