"""Templates and data into PDF. Data reach the template as JSON values, never as markup: nothing a person
wrote can be taken for Typst's language.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from .glyphs import FONT, GETA, printable

ROOT: Final = Path(__file__).resolve().parents[2]
"""Templates import `/consortium/documents/paper.typ`; nothing outside the checkout can be read by one."""


def render(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """A tagged PDF/UA-1 with the font embedded; the same template, data and time give the same bytes.

    data: what `paper.typ` asks for (see consortium.documents.paper) and the template's own. made_at: the
    document's date in its metadata.
    """
    compiled = _compiler(template, data).compile(
        format="pdf", pdf_standards=["ua-1"], timestamp=made_at.astimezone(UTC).replace(microsecond=0)
    )
    return _bytes(compiled)


def pictures(template: Path, data: Mapping[str, Any], *, ppi: float = 72) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    compiled = _compiler(template, data).compile(format="png", ppi=ppi)
    return [_bytes(page) for page in compiled] if isinstance(compiled, list) else [_bytes(compiled)]


def _compiler(template: Path, data: Mapping[str, Any]) -> typst.Compiler:
    text = json.dumps(_printable(data), ensure_ascii=False)
    given = json.dumps(data, ensure_ascii=False).count(GETA)
    notes = json.dumps({"lacks_glyphs": text.count(GETA) > given})
    return typst.Compiler(
        template,
        root=ROOT,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": text, "notes": notes},
    )


@cache
def _fonts() -> typst.Fonts:
    """The one font, whatever else the machine has: a document looks the same everywhere."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT.parent)]
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def _bytes(compiled: object) -> bytes:
    assert isinstance(compiled, bytes)  # noqa: S101  # without a path Typst answers with bytes
    return compiled
