"""Filters of plans' pages."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from consortium.markdown import as_html

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return as_html(text)


@register.filter
def at(values: Sequence[object], place: int) -> object:
    return values[place]
