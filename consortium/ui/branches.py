"""Fields that are asked only where another answer calls for them.

Each such field gets a number; the choices that call for it carry it in `data-reveals`. The stylesheet hides
the field while none of them is chosen, without scripts; a browser too old for that shows all. What was sent
for a field that was not asked is dropped (consortium.ui.forms), whoever hid it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms

MOST: Final = 6
"""Branches of one form that forms.css knows."""


@dataclass(frozen=True, slots=True)
class When:
    """The field is asked if any of these answers is given: field → choices, none for a box that is ticked.

    A field that is `required` is so where it is asked.
    """

    answers: Mapping[str, tuple[str, ...]]

    def holds(self, cleaned: Mapping[str, Any]) -> bool:
        """Whether the answers call for it; an answer that is wrong itself does not."""
        return any(_is_chosen(cleaned.get(field), values) for field, values in self.answers.items())


def _is_chosen(chosen: Any, values: tuple[str, ...]) -> bool:
    if not values:
        return bool(chosen)
    return bool(set(values) & set(map(str, chosen if isinstance(chosen, list) else [chosen])))


class _Revealing(forms.widgets.ChoiceWidget):
    reveals: Mapping[str, str] = {}
    """Value of a choice → numbers of the branches that it opens, with spaces between."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if numbers := self.reveals.get(str(value)):
            option["attrs"]["data-reveals"] = numbers
        return option


class Radios(_Revealing, forms.RadioSelect):
    """Choose these where a choice opens a branch."""


class Checkboxes(_Revealing, forms.CheckboxSelectMultiple):
    pass


class Select(_Revealing, forms.Select):
    pass


def number(fields: Mapping[str, forms.Field], branches: Mapping[str, When]) -> None:
    """Mark the fields that depend and the choices that open them. ValueError where that cannot be shown."""
    known = {name: when for name, when in branches.items() if name in fields}
    conditions = [when for place, when in enumerate(known.values()) if when not in [*known.values()][:place]]
    if len(conditions) > MOST:
        raise ValueError(f"more than {MOST} branches in one form")
    for name, when in known.items():
        fields[name].branch = conditions.index(when) + 1  # type: ignore[attr-defined]  # read by ui/forms/field.html
    for asked in {field for when in conditions for field in when.answers}:
        opened = {
            index: when.answers[asked] for index, when in enumerate(conditions, 1) if asked in when.answers
        }
        _mark(fields[asked].widget, opened)


def _mark(widget: forms.Widget, opened: Mapping[int, tuple[str, ...]]) -> None:
    """opened: number of each branch → the choices that open it."""
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["data-reveals"] = " ".join(map(str, opened))
        return
    if not isinstance(widget, _Revealing):
        raise ValueError(f"{widget} cannot open a branch: take one of this module")
    every = {value for values in opened.values() for value in values}
    widget.reveals = {
        value: " ".join(str(index) for index, values in opened.items() if value in values) for value in every
    }
