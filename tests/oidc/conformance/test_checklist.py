"""docs/conformance.md: every test it names exists, and no row is open."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w-]+)` \| (.+) \| (.+) \|$", PAGE, re.M)
REGRESSIONS = re.findall(r"^\| (.+) \| (`tests/.+`) \|$", PAGE.partition("## What went wrong")[2], re.M)
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("path", "name"), TESTS, ids=lambda part: part.rsplit("/", 1)[-1])
def test_every_test_named_exists(path: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_no_row_is_open() -> None:
    assert len(ROWS) > 100
    assert len({module for module, _, _ in ROWS}) == len(ROWS)
    for module, tests, result in ROWS:
        assert result.startswith(("pass", "not offered: ", "not applicable: ")), module
        assert "`tests/" in tests or result.startswith(("not offered: ", "not applicable: ")), module


def test_every_regression_has_its_test() -> None:
    """Those that the provider was ordered with, each in a row of its own."""
    assert len(REGRESSIONS) == 25
