"""A plan as a file: what its head says, and its document."""

import json
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from .document import Document, MalformedContent, UnknownMember, from_json, to_json
from .json_schema import document_schema
from .kinds import MAX_TITLE
from .validation import FIRST_YEAR, LAST_YEAR

FORMAT: Final = "municipal-dx-plan"
VERSION: Final = 1
_MEMBERS: Final = ("format", "version", "title", "edition", "year_from", "year_to", "content")
_T = TypeVar("_T", str, int)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """edition: key of a framework edition. Years are fiscal years, both included."""

    title: str
    edition: str
    year_from: int
    year_to: int
    content: Document


class NotAPlanFile(ValueError):
    """The argument is the path of what is not as it should be, as `content.clauses.3.title`; empty if nothing
    of it is JSON."""


def to_text(plan: PlanFile) -> str:
    """As JSON, indented: people look at it, and compare two of them."""
    return json.dumps(to_data(plan), ensure_ascii=False, indent=2) + "\n"


def to_data(plan: PlanFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": plan.title,
        "edition": plan.edition,
        "year_from": plan.year_from,
        "year_to": plan.year_to,
        "content": to_json(plan.content),
    }


def from_text(text: str) -> PlanFile:
    """Raises NotAPlanFile. What the document says is checked by `validation`."""
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_members_once)
    except NotAPlanFile:
        raise
    except (ValueError, RecursionError):
        raise NotAPlanFile("") from None
    return from_data(data)


def from_data(data: object) -> PlanFile:
    """Raises NotAPlanFile."""
    if not isinstance(data, dict):
        raise NotAPlanFile("format")
    if unknown := [key for key in data if key not in {*_MEMBERS, "$schema"}]:
        raise NotAPlanFile(unknown[0])
    if data.get("format") != FORMAT:
        raise NotAPlanFile("format")
    if data.get("version") != VERSION:
        raise NotAPlanFile("version")
    return PlanFile(
        title=_of(str, data, "title").strip()[: MAX_TITLE + 1],
        edition=_of(str, data, "edition"),
        year_from=_of(int, data, "year_from"),
        year_to=_of(int, data, "year_to"),
        content=_content(data.get("content")),
    )


def file_schema(address: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of such a file. address: where the schema is published."""
    year = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "title": "Municipal DX plan",
        "type": "object",
        "required": list(_MEMBERS),
        "additionalProperties": False,
        "properties": {
            "$schema": {"type": "string", "format": "uri"},
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "title": {"type": "string", "minLength": 1, "maxLength": MAX_TITLE},
            "edition": {"type": "string", "description": "Key of an edition of the national frame."},
            "year_from": {**year, "description": "First fiscal year."},
            "year_to": {**year, "description": "Last fiscal year."},
            "content": document_schema(),
        },
    }


def _content(data: object) -> Document:
    try:
        return from_json(data)
    except UnknownMember as error:
        raise NotAPlanFile(f"content.{error}") from None
    except MalformedContent as error:
        raise NotAPlanFile(f"content.{error}".rstrip(".")) from None


def _of(kind: type[_T], data: dict[str, Any], name: str) -> _T:
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise NotAPlanFile(name)
    return value


def _no_constant(name: str) -> NoReturn:
    """NaN and Infinity, which Python reads, are no JSON."""
    raise NotAPlanFile(name)


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a member given twice nobody could say which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise NotAPlanFile(next(name for name in names if names.count(name) > 1))
    return found
