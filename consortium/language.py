"""Data that carry a Japanese and an English text: which of the two the reader gets."""

from django.utils.translation import get_language


def in_language(japanese: str, english: str) -> str:
    """The text in the language of the reader; Japanese where there is no English."""
    return english if english and (get_language() or "").startswith("en") else japanese
