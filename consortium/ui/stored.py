"""What people wrote keeps its language on a page in another one (WCAG 3.1.2)."""

import re
from typing import Final

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def language_of(text: object) -> str:
    """ "ja" for Japanese text on a page in another language, else "": the page's own, or that of markup."""
    on_page = (get_language() or "ja").startswith("ja")
    is_plain = isinstance(text, str) and not isinstance(text, SafeString)
    return "ja" if is_plain and not on_page and _JAPANESE.search(str(text)) else ""


def stored(text: object) -> object:
    """Marked where its language is not the page's; anything but plain text stays as it is."""
    language = language_of(text)
    return format_html('<span lang="{}">{}</span>', language, text) if language else text


def phrase(text: str, **values: object) -> SafeString:
    """A translated text, with what people wrote in place of its `%(name)s`, each marked as by `stored`."""
    marked = {name: format_html("{}", stored(value)) for name, value in values.items()}
    return mark_safe(conditional_escape(text) % marked)  # noqa: S308  # both parts are escaped
