"""Sizes of files in words."""

from django.template.defaultfilters import filesizeformat


def size_text(octets: int) -> str:
    """As `512 KB` or `1.5 MB`; a decimal that says nothing is left out."""
    return filesizeformat(octets).replace(".0\xa0", "\xa0")
