"""Data that carry a Japanese and an English text: which of the two the reader gets."""

from django.utils.translation import get_language

from consortium.domain.fiscal_year import FiscalYear


def in_language(japanese: str, english: str) -> str:
    """The text in the language of the reader; Japanese where there is no English."""
    return english if english and (get_language() or "").startswith("en") else japanese


def fiscal_year(year: int) -> str:
    """令和8年度 or FY2026: English readers do not count in eras."""
    return in_language(FiscalYear(year).wareki, f"FY{year}")
