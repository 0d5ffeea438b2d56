"""QR codes for pages and papers."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str) -> SafeString:
    """Inline SVG without style attributes, which the content security policy would refuse."""
    svg = segno.make(text, error="m").svg_inline(scale=4, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308  # made by segno from our own address
