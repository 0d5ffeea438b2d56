"""The document's shape as JSON Schema (2020-12): published, and part of the API's description."""

from typing import Any, Final

from .document import VERSION
from .kinds import SCHEMA, Field, Kind, Type
from .validation import FIRST_YEAR, LAST_YEAR, MAX_CLAUSES

_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"}


def document_schema() -> dict[str, Any]:
    """A clause's `kind` says which of the shapes it has."""
    return {
        "type": "object",
        "required": ["version", "clauses"],
        "additionalProperties": False,
        "properties": {
            "version": {"type": "integer", "enum": [1, VERSION]},
            "clauses": {
                "type": "array",
                "maxItems": MAX_CLAUSES,
                "items": {"oneOf": [_clause(kind) for kind in Kind]},
            },
        },
    }


def _clause(kind: Kind) -> dict[str, Any]:
    return {
        "type": "object",
        "title": kind.value,
        "required": ["id", "kind"],
        "additionalProperties": False,
        "properties": {
            "id": _ID,
            "kind": {"type": "string", "enum": [kind.value]},
            **{field.key: _field(field) for field in SCHEMA[kind]},
        },
    }


def _field(field: Field) -> dict[str, Any]:
    match field.type:
        case Type.ROWS:
            shape: dict[str, Any] = {"type": "array", "maxItems": field.limit, "items": _row(field)}
        case Type.KEYS | Type.ITEMS:
            shape = {"type": "array", "maxItems": field.limit, "items": {"type": "string", "maxLength": 40}}
        case Type.CHOICE:
            shape = {"type": "string", "enum": [str(one) for one in field.choices]}
        case Type.REF:
            shape = {**_ID, "description": f"The id of a clause of kind {field.target}."}
        case Type.INTEGER | Type.MONEY:
            shape = {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}
        case Type.YEAR:
            shape = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
        case Type.DECIMAL:
            shape = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,4})?$"}
        case Type.DATE:
            shape = {"type": "string", "format": "date"}
        case _:
            shape = {"type": "string", "maxLength": field.limit}
    return shape


def _row(field: Field) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {"id": _ID, **{one.key: _field(one) for one in field.fields}},
    }
