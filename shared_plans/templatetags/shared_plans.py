"""Filters and tags of plans' pages."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from consortium.markdown import as_html
from consortium.ui import cells
from shared_plans.exchange.formats import FORMATS

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return as_html(text)


@register.filter
def beside(comments: Any, clause_id: str) -> object:
    """What stands beside a clause: comments is a views.commenting.BesideClauses."""
    return comments.at(clause_id)


@register.filter
def at(values: Sequence[object], place: int) -> object:
    return values[place]


@register.filter
def grouped(value: int) -> str:
    """With separators of thousands."""
    return cells.number(value)


@register.simple_tag
def files(name: str, **path: object) -> list[tuple[str, str]]:
    """Label and address of a plan in every format. name: of the URL, path: its parameters but the form."""
    addresses = {form: reverse(f"shared_plans:{name}", kwargs={**path, "form": form}) for form in FORMATS}
    return [(FORMATS[form].label, url) for form, url in addresses.items()]
