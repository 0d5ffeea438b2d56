"""A plan's document: clauses with ids that stay the same through edits, revisions and adoptions.

As JSON (version 2): `{"version": 2, "clauses": [{"id": …, "kind": "initiative", "title": …, …}]}` with the
fields that `kinds.SCHEMA` gives the kind. A field without a value is left out, so that one document has one
text. Version 1, which knew initiatives alone, is read too.
"""

import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from .kinds import SCHEMA, Field, Kind, Type, fields_of

VERSION: Final = 2
_DECIMAL: Final = re.compile(r"-?\d{1,12}(\.\d{1,4})?")
_NUMBERS: Final = {Type.INTEGER, Type.MONEY, Type.YEAR}
_LARGEST: Final = 2**53 - 1
"""What a JSON reader of any language still takes for the same number (RFC 8259, section 6)."""

Scalar = str | int


class MalformedContent(ValueError):
    """Not of the shape above. The argument is the path of the offending place, as `clauses.3.title`."""


class UnknownMember(MalformedContent):
    """No such field of this kind of clause."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a field of rows: a milestone, a target."""

    id: str
    values: Mapping[str, Scalar] = field(default_factory=dict)


Value = Scalar | tuple[str, ...] | tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """values: never empty ones; keys without order are sorted."""

    id: str
    kind: Kind
    values: Mapping[str, Value] = field(default_factory=dict)

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) else None

    def decimal(self, key: str) -> Decimal | None:
        return decimal_of(self.values.get(key))

    def keys(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, ())
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple) else ()

    def rows(self, key: str) -> tuple[Row, ...]:
        value = self.values.get(key, ())
        return tuple(one for one in value if isinstance(one, Row)) if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class Document:
    """Clauses in the order in which they were put; a reader shows them by kind."""

    clauses: tuple[Clause, ...] = ()

    def clause(self, clause_id: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)

    def of(self, kind: Kind) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.kind is kind)

    def by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def item_keys(self) -> tuple[str, ...]:
        """Distinct national items of its initiatives, in order of appearance."""
        return tuple(
            dict.fromkeys(key for clause in self.of(Kind.INITIATIVE) for key in clause.keys("items"))
        )

    def areas(self) -> tuple[str, ...]:
        """Distinct 分野 of its initiatives, in order of appearance."""
        return tuple(
            dict.fromkeys(area for clause in self.of(Kind.INITIATIVE) if (area := clause.text("area")))
        )

    def with_clause(self, clause: Clause) -> "Document":
        """In the place of the one of its id, else at the end."""
        if self.clause(clause.id) is None:
            return Document((*self.clauses, clause))
        return Document(tuple(clause if one.id == clause.id else one for one in self.clauses))

    def moved(self, clause_id: str, *, up: bool) -> "Document":
        """In the place of its neighbour of the same kind; as it is where there is none. Raises KeyError."""
        clause = self.by_id()[clause_id]
        row = self.of(clause.kind)
        place = row.index(clause) + (-1 if up else 1)
        if not 0 <= place < len(row):
            return self
        other = row[place]
        swapped = {clause.id: other, other.id: clause}
        return Document(tuple(swapped.get(one.id, one) for one in self.clauses))

    def without(self, clause_id: str) -> "Document":
        return Document(tuple(clause for clause in self.clauses if clause.id != clause_id))


def new_id() -> str:
    """Return an id for a new clause or row: 96 random bits, so that no two members choose the same."""
    return secrets.token_urlsafe(12)


def decimal_of(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def made(clause_id: str, kind: Kind, values: Mapping[str, Value | None]) -> Clause:
    """Return a clause in its one form: without empty values, texts cleaned, keys sorted."""
    known = {field.key: field for field in fields_of(kind)}
    kept = {key: _cleaned(known[key], value) for key, value in values.items() if value is not None}
    return Clause(clause_id, kind, {key: kept[key] for key in known if key in kept and not _empty(kept[key])})


def row(row_id: str, values: Mapping[str, Scalar | None]) -> Row:
    """Return a row without its empty values. Its texts are cleaned with its clause."""
    return Row(row_id, {key: value for key, value in values.items() if value is not None and value != ""})


def cleaned(document: Document) -> Document:
    """Return it as it is stored, compared and hashed: NFC, stripped, newlines as LF, numbers in one form."""
    return Document(tuple(made(one.id, one.kind, one.values) for one in document.clauses))


def _empty(value: Value) -> bool:
    return value in ("", ())


def _cleaned(field: Field, value: Value) -> Value:
    if isinstance(value, tuple):
        if field.type is Type.ROWS:
            return tuple(_cleaned_row(field, one) for one in value if isinstance(one, Row))
        return tuple(sorted({one for one in value if isinstance(one, str)}))
    return _cleaned_scalar(field, value)


def _cleaned_row(field: Field, one: Row) -> Row:
    known = {each.key: each for each in field.fields}
    values = {key: _cleaned_scalar(known[key], value) for key, value in one.values.items()}
    return replace(one, values={key: values[key] for key in known if key in values and values[key] != ""})


def _cleaned_scalar(field: Field, value: Scalar) -> Scalar:
    if isinstance(value, int):
        return value
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").strip()
    if field.type is Type.DECIMAL and (number := decimal_of(text)) is not None:
        return _plain(number)
    return text


def _plain(number: Decimal) -> str:
    """12.50 → 12.5, -0 → 0."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return str(int(text)) if "." not in text else text


# --- JSON -----------------------------------------------------------------------------------------


def to_json(document: Document) -> dict[str, Any]:
    return {"version": VERSION, "clauses": [clause_to_json(clause) for clause in document.clauses]}


def clause_to_json(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "kind": clause.kind.value,
        **{key: value_to_json(value) for key, value in clause.values.items()},
    }


def value_to_json(value: Value) -> Any:
    if isinstance(value, tuple):
        return [{"id": one.id, **one.values} if isinstance(one, Row) else one for one in value]
    return value


def from_json(data: object) -> Document:
    """Read the shape above; an empty object is an empty document. Raises MalformedContent."""
    top = _mapping(data, "")
    if not top:
        return Document()
    if top.get("version") == 1:
        top = _second_version(top)
    if top.get("version") != VERSION:
        raise MalformedContent("version")
    if unknown := [key for key in top if key not in {"version", "clauses"}]:
        raise UnknownMember(unknown[0])
    clauses = _list(top.get("clauses", []), "clauses")
    return Document(tuple(_clause(clause, f"clauses.{n}") for n, clause in enumerate(clauses)))


def canonical_json(data: object) -> str:
    """Return the one text for JSON data: keys sorted, no spaces, no needless escapes (RFC 8785)."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_hash(data: object) -> str:
    """Return the SHA-256 (hex) of canonical JSON. Validate first: lone surrogates have no UTF-8."""
    return sha256(canonical_json(data).encode()).hexdigest()


def _second_version(top: Mapping[str, object]) -> Mapping[str, object]:
    """An initiative of version 1 named one national item."""
    lifted = []
    for n, each in enumerate(_list(top.get("clauses", []), "clauses")):
        clause = dict(_mapping(each, f"clauses.{n}"))
        item = clause.pop("item", None)
        lifted.append({**clause, "kind": Kind.INITIATIVE.value, "items": [item] if item else []})
    return {"version": VERSION, "clauses": lifted}


def _clause(data: object, path: str) -> Clause:
    clause = _mapping(data, path)
    try:
        kind = Kind(str(clause.get("kind")))
    except ValueError:
        raise MalformedContent(f"{path}.kind") from None
    values = _values(clause, SCHEMA[kind], path, also={"id", "kind"})
    return made(_string(clause.get("id"), f"{path}.id"), kind, values)


def _values(
    data: Mapping[str, object], fields: Iterable[Field], path: str, *, also: set[str]
) -> dict[str, Value]:
    known = {each.key: each for each in fields}
    for key in data:
        if key not in known and key not in also:
            raise UnknownMember(f"{path}.{key}")
    given = {key: data[key] for key in known if data.get(key) is not None}
    return {key: _value(known[key], value, f"{path}.{key}") for key, value in given.items()}


def _value(field: Field, value: object, path: str) -> Value:
    if field.type is Type.ROWS:
        rows = _list(value, path)
        return tuple(_row(field, each, f"{path}.{n}") for n, each in enumerate(rows))
    if field.type in {Type.KEYS, Type.ITEMS}:
        return tuple(_string(each, f"{path}.{n}") for n, each in enumerate(_list(value, path)))
    if field.type in _NUMBERS:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST:
            return value
        raise MalformedContent(path)
    return _string(value, path)


def _row(field: Field, data: object, path: str) -> Row:
    given = _mapping(data, path)
    values = _values(given, field.fields, path, also={"id"})
    scalars = {key: value for key, value in values.items() if isinstance(value, str | int)}
    return row(_string(given.get("id"), f"{path}.id"), scalars)


def _mapping(data: object, path: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise MalformedContent(path)
    return data


def _list(data: object, path: str) -> list[object]:
    if not isinstance(data, list):
        raise MalformedContent(path)
    return data


def _string(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise MalformedContent(path)
    return value
