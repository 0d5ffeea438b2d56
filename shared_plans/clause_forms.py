"""The form of a clause, made of what its kind's schema says. Rows are as many as were sent or saved, and one
more, empty, to fill in."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.domain.calendar import FiscalYear
from consortium.domain.text import half_width
from consortium.ui.fields import DayField
from consortium.ui.forms import Form
from services.models import Component

from .domain.document import (
    Clause,
    Document,
    MalformedContent,
    Row,
    Scalar,
    Value,
    canonical_json,
    clause_to_json,
    from_json,
    made,
    new_id,
    row,
)
from .domain.kinds import MAX_ROWS, Field, Kind, Type, fields_of
from .domain.paths import Place
from .labels import CHOICES, STEPS, label, row_label
from .models import NationalItem
from .showing import Words, year_text

YEARS_BACK, YEARS_AHEAD = 5, 10
MAX_DIGITS, DECIMALS = 16, 4
HINTS = {
    "milestones": _("節目は、保存すると次の欄が増えます。消すときは名称と期日の両方を空にします。"),
    "targets": _("保存すると次の欄が増えます。"),
    "staffed": _("保存すると次の欄が増えます。必要な人数に足りない分は「不足」と表示します。"),
    "evidence": _("保存すると次の欄が増えます。"),
    "answer": _("箇条書きや表はMarkdownで書けます。"),
    "amount": _("円単位。例: 12,000,000"),
    "items": _("認識の共有、全体方針、推進体制の整備(ステップ0から2)だけの施策では、空欄にできます。"),
    "initiative": _("計画全体に関わるものは空欄にします。"),
}


class NumberField(forms.DecimalField):
    """Takes full-width digits and separators, as a Japanese keyboard leaves them."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as the base class does
        text = half_width(str(value)).replace(",", "").replace("¥", "") if value is not None else value
        return super().to_python(text)


@dataclass(frozen=True)
class Choices:
    """What the fields of one plan offer."""

    document: Document
    items: list[NationalItem]
    components: list[Component]
    years: tuple[int, int]

    def of(self, field: Field, present: object) -> list[tuple[str, Any]]:
        match field.type:
            case Type.ITEMS:
                return [(item.key, item.title) for item in self.items]
            case Type.KEYS:
                known = [(one.code, one.name_ja) for one in self.components]
                return known + [(key, key) for key in _strings(present) if key not in dict(known)]
            case Type.REF:
                words = Words(self.document, self.items)
                targets = self.document.of(field.target) if field.target else ()
                return [("", _("なし")), *((one.id, words.title(one)) for one in targets)]
            case Type.YEAR:
                return [("", _("選択してください")), *self._years(present)]
            case Type.INTEGER:
                return [("", _("選択してください")), *((str(key), text) for key, text in STEPS.items())]
            case _:
                return [("", _("選択してください")), *((one, CHOICES[one]) for one in field.choices)]

    def _years(self, present: object) -> list[tuple[str, str]]:
        now = FiscalYear.of(timezone.localdate()).year
        years = {*range(now - YEARS_BACK, now + YEARS_AHEAD + 1), *range(self.years[0], self.years[1] + 1)}
        if isinstance(present, int):
            years.add(present)
        return [(str(year), year_text(year)) for year in sorted(years)]


@dataclass(frozen=True)
class RowFields:
    """Rows of one field as the template lays them out; hidden: their ids."""

    key: str
    label: Any
    hint: Any
    rows: list[list[BoundField]]
    hidden: list[BoundField]


class ClauseForm(Form):
    """seen: what the writer had before her, as JSON; edits of others meet it field by field."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    clause_id = forms.RegexField(r"^[A-Za-z0-9_-]{1,40}$", widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, kind: Kind, clause: Clause | None, choices: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.choices = kind, choices
        self.fields["seen"].initial = canonical_json(clause_to_json(clause)) if clause else ""
        self.fields["clause_id"].initial = clause.id if clause else new_id()
        values: Mapping[str, Value] = clause.values if clause else kwargs.get("initial") or {}
        for field in fields_of(kind):
            present = values.get(field.key)
            if field.type is Type.ROWS:
                self._add_rows(field, clause.rows(field.key) if clause else ())
            elif field.type is not Type.KEYS or choices.of(field, present):
                self._add(field.key, self._field(field, label(kind, field), present), present)
        with_nul = self._nul_fields
        self.prepare()  # again, for the fields that have come since
        self._nul_fields += with_nul

    def clause(self) -> Clause:
        """What was sent, of a form that is valid."""
        values = {field.key: self._value(field) for field in fields_of(self.kind)}
        return made(self.cleaned_data["clause_id"], self.kind, values)

    def clean_seen(self) -> Clause | None:
        text = self.cleaned_data["seen"]
        if not text:
            return None
        try:
            (clause,) = from_json({"version": 2, "clauses": [json.loads(text)]}).clauses
        except (ValueError, MalformedContent) as error:
            raise ValidationError(_("画面を開き直してください。"), code="seen") from error
        return clause

    def name_of(self, place: Place) -> str | None:
        """The form's field for a place of the document."""
        name = place.field
        if place.row:
            ids = [self[one].value() for one in self._id_names(place.field)]
            if place.row not in ids:
                return None
            name = f"{place.field}.{ids.index(place.row)}.{place.row_field}"
        return name if name in self.fields else None

    def visible(self) -> Iterator[BoundField | RowFields]:
        """In the order of the schema."""
        for field in fields_of(self.kind):
            if field.type is Type.ROWS:
                yield self._laid_out(field)
            elif field.key in self.fields:
                yield self[field.key]

    # --- making the fields ---

    def _field(self, field: Field, name: Any, present: object) -> forms.Field:
        shared: dict[str, Any] = {"label": name, "required": False, "help_text": HINTS.get(field.key, "")}
        if field.type in {Type.ITEMS, Type.KEYS}:
            choices = self.choices.of(field, present)
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **shared)
        if field.type in {Type.CHOICE, Type.REF, Type.YEAR} or field.key == "step":
            return forms.ChoiceField(choices=self.choices.of(field, present), **shared)
        if field.type in {Type.DECIMAL, Type.INTEGER, Type.MONEY}:
            places = DECIMALS if field.type is Type.DECIMAL else 0
            shared |= {"min_value": field.minimum, "max_value": field.maximum}
            return NumberField(max_digits=MAX_DIGITS, decimal_places=places, **shared)
        if field.type is Type.DATE:
            return DayField(**{**shared, "help_text": ""})
        area = forms.Textarea(attrs={"rows": 6}) if field.type is Type.MARKDOWN else None
        return forms.CharField(max_length=field.limit, widget=area, **shared)

    def _add_rows(self, field: Field, saved: tuple[Row, ...]) -> None:
        for number in range(min(self._row_count(field.key, len(saved)), MAX_ROWS + 1)):
            values = saved[number].values if number < len(saved) else {}
            prefix = f"{field.key}.{number}"
            hidden = forms.RegexField(r"^[A-Za-z0-9_-]{1,40}$", widget=forms.HiddenInput, required=False)
            self._add(f"{prefix}.id", hidden, saved[number].id if number < len(saved) else new_id())
            for one in field.fields:
                present = values.get(one.key)
                self._add(f"{prefix}.{one.key}", self._field(one, row_label(field, one), present), present)

    def _row_count(self, key: str, saved: int) -> int:
        sent = 0
        while self.is_bound and f"{key}.{sent}.id" in self.data and sent <= MAX_ROWS:
            sent += 1
        return max(sent, saved + 1)

    def _add(self, name: str, field: forms.Field, initial: object) -> None:
        several = isinstance(field, forms.MultipleChoiceField)
        field.initial = _strings(initial) if several else initial
        if isinstance(field, DayField) and isinstance(initial, str):
            field.initial = date.fromisoformat(initial)
        self.fields[name] = field

    # --- reading what was sent ---

    def _value(self, field: Field) -> Value | None:
        if field.type is Type.ROWS:
            return tuple(self._rows(field))
        return _plain(field, self.cleaned_data.get(field.key))

    def _rows(self, field: Field) -> Iterator[Row]:
        for id_name in self._id_names(field.key):
            prefix = id_name.removesuffix("id")
            values = {
                one.key: as_stored(one, self.cleaned_data.get(f"{prefix}{one.key}")) for one in field.fields
            }
            found = row(self.cleaned_data.get(id_name) or new_id(), values)
            if found.values:
                yield found

    def _id_names(self, key: str) -> list[str]:
        return [name for name in self.fields if name.startswith(f"{key}.") and name.endswith(".id")]

    def _laid_out(self, field: Field) -> RowFields:
        ids = self._id_names(field.key)
        rows = [[self[f"{name.removesuffix('id')}{one.key}"] for one in field.fields] for name in ids]
        hidden = [self[name] for name in ids]
        return RowFields(field.key, label(self.kind, field), HINTS.get(field.key, ""), rows, hidden)


def _plain(field: Field, value: Any) -> Value | None:
    if field.type in {Type.ITEMS, Type.KEYS}:
        return tuple(value or ())
    return as_stored(field, value)


def as_stored(field: Field, value: Any) -> Scalar | None:
    """What a form's cleaned value is in the document."""
    if value in (None, ""):
        return None
    match field.type:
        case Type.DECIMAL:
            return f"{value:f}"
        case Type.INTEGER | Type.MONEY | Type.YEAR:
            return int(value)
        case Type.DATE:
            return str(value.isoformat())
        case _:
            return str(value)


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple | list) else []
