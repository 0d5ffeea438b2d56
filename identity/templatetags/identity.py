"""Names of attributes on pages."""

from collections.abc import Iterable

from django import template

from identity.labels import listed

register = template.Library()


@register.filter
def attribute_list(keys: Iterable[str]) -> str:
    """Keys of the catalogue as a list in the reader's language."""
    return listed(keys)
