"""Markdown as HTML, of what people write in fields and of our own documents: raw HTML is shown as text,
nothing is loaded."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML


def parser(renderer: Callable[..., Any] = RendererHTML) -> MarkdownIt:
    """Line breaks stay as they are typed. An image would ask another site for something."""
    options = {"html": False, "linkify": False, "breaks": True}
    made = MarkdownIt("js-default", options, renderer_cls=renderer)
    return made.disable(["image", "html_block", "html_inline"])


_FIELDS: Final = parser().disable(["heading", "lheading"])
"""Headings in a field would break the page's own order."""


def as_html(text: str) -> SafeString:
    """Paragraphs, lists, tables, emphasis, quotes, code, links."""
    html: str = _FIELDS.render(text)
    return mark_safe(html)  # noqa: S308  # the parser escapes all that it does not write itself
