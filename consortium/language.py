"""Data that carry a Japanese and an English text: which of the two the reader gets."""

from typing import Protocol

from django.utils.translation import get_language

from consortium.domain.calendar import FiscalYear


class Place(Protocol):
    """A municipality or prefecture of the registry."""

    @property
    def name(self) -> str: ...
    @property
    def romaji(self) -> str: ...


def place_name(place: Place) -> str:
    """Its name, romanised for English readers."""
    return in_language(place.name, place.romaji)


def in_language(japanese: str, english: str) -> str:
    """The text in the language of the reader; Japanese where there is no English."""
    return english if english and (get_language() or "").startswith("en") else japanese


def fiscal_year(year: int) -> str:
    """令和8年度 or FY2026: English readers do not count in eras."""
    return in_language(FiscalYear(year).wareki, f"FY{year}")
