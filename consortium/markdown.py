"""Markdown that people write in fields, as HTML: raw HTML is shown as text, nothing is loaded."""

from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Headings would break the page's own order, images would ask other sites for something.
_PARSER: Final = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).disable(
    ["image", "heading", "lheading", "html_block", "html_inline"]
)


def as_html(text: str) -> SafeString:
    """Paragraphs, lists, tables, emphasis, quotes, code, links; line breaks stay as they are typed."""
    html: str = _PARSER.render(text)
    return mark_safe(html)  # noqa: S308  # the parser escapes all that it does not write itself
