"""QR codes for pages and papers."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str) -> SafeString:
    """Inline SVG without style attributes, which the content security policy would refuse."""
    svg = segno.make(text, error="m").svg_inline(scale=4, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308  # made by segno from our own address


def qr_file(text: str) -> str:
    """A whole SVG document, for a paper."""
    file = BytesIO()
    segno.make(text, error="m").save(file, kind="svg", scale=4, xmldecl=False)
    return file.getvalue().decode()
