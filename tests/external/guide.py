"""The programs and configurations that docs/service-developers.md prints, as they stand there."""

import re
from pathlib import Path
from typing import Final

GUIDE: Final = Path(__file__).resolve().parents[2] / "docs" / "service-developers.md"
_BLOCK: Final = re.compile(r"^```\w+ title=(?P<name>\S+)\n(?P<text>.*?)^```$", re.M | re.S)


def blocks() -> dict[str, str]:
    return {found["name"]: found["text"] for found in _BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))}


def write(name: str, folder: Path) -> Path:
    """The block of that name, as a file of that name."""
    path = folder / name
    path.write_text(blocks()[name], encoding="utf-8")
    return path
