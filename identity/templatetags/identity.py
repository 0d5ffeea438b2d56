"""Names of attributes and findings on pages."""

from collections.abc import Iterable

from django import template

from identity import labels
from identity.models import Disclosure

register = template.Library()


@register.filter
def attribute_list(keys: Iterable[str]) -> str:
    """Keys of the catalogue as a list in the reader's language."""
    return labels.listed(keys)


@register.filter
def times(count: int) -> str:
    return labels.times(count)


@register.filter
def findings(found: Iterable[str]) -> list[str]:
    """What stands out, in words."""
    return [str(labels.UNUSUAL[finding]) for finding in found]


@register.filter
def basis(row: Disclosure) -> str:
    return labels.basis(row)
