"""A filled-in form as a list to check."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.forms import BaseForm, HiddenInput
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from consortium.ui.cells import day
from consortium.ui.forms import Form, ModelForm
from consortium.ui.parts import Fact


def answers(form: BaseForm, url: str = "") -> list[Fact]:
    """One fact per visible field of a valid form; `url` leads back to the form, at the field."""
    unasked = form.dropped() if isinstance(form, Form | ModelForm) else []
    return [
        Fact(
            str(bound.label),
            shown(bound, form.cleaned_data.get(bound.name)),
            url and f"{url}#{bound.id_for_label}",
        )
        for bound in form
        if not isinstance(bound.field.widget, HiddenInput) and bound.name not in unasked
    ]


def shown(bound: BoundField, value: Any) -> object:
    """A cleaned value in words: labels of choices, はい/いいえ, dates in full, lists one a line."""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if value in (None, "", [], {}):
        return _("記入なし")
    labels = dict(_flat(getattr(bound.field, "choices", ())))
    if isinstance(value, list | tuple):
        return format_html_join(mark_safe("<br>"), "{}", ((labels.get(str(one), one),) for one in value))
    if isinstance(value, date):
        return day(value)
    text = labels.get(str(value), value)
    if isinstance(text, str) and "\n" in text:
        return mark_safe("<br>".join(conditional_escape(line) for line in text.splitlines()))  # noqa: S308
    return text


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Choices may stand in groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
