"""A plan's content: clauses with ids that stay the same through edits, revisions and adoptions.

As JSON (the shape is version 1; dates are ISO):
`{"version": 1, "clauses": [{"id": …, "item": "front_yard", "title": …, "body": …,
"milestones": [{"id": …, "title": …, "due": "2027-03-31"}]}]}`
"""

import json
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from consortium.domain.my_number import contains_my_number

VERSION: Final = 1
MAX_CLAUSES: Final = 200
MAX_MILESTONES: Final = 50
MAX_TITLE: Final = 120
MAX_BODY: Final = 10_000
MAX_BYTES: Final = 1_000_000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class MalformedContent(ValueError):
    """Not of the shape above. The argument is the path of the offending place, as `clauses.3.title`."""


class ProblemCode(StrEnum):
    REQUIRED = "required"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    UNKNOWN_ITEM = "unknown_item"
    MALFORMED_ID = "malformed_id"
    DUPLICATE_ID = "duplicate_id"
    OUT_OF_PERIOD = "out_of_period"
    CONTROL_CHARACTER = "control_character"
    PERSONAL_NUMBER = "personal_number"


@dataclass(frozen=True, slots=True)
class Problem:
    """`clause_id` is "" where the whole content is meant; `field` is as in JSON, `milestones.0.title`."""

    clause_id: str
    field: str
    code: ProblemCode


@dataclass(frozen=True, slots=True)
class Milestone:
    id: str
    title: str
    due: date


@dataclass(frozen=True, slots=True)
class Initiative:
    """One 施策 under a national item (its key in the framework edition)."""

    id: str
    item: str
    title: str
    body: str = ""
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    clauses: tuple[Initiative, ...] = ()

    def item_keys(self) -> tuple[str, ...]:
        """Distinct national items, in order of appearance."""
        return tuple(dict.fromkeys(clause.item for clause in self.clauses))

    def clause(self, clause_id: str) -> Initiative | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)


@dataclass(frozen=True, slots=True)
class Period:
    """Days a plan covers, both included."""

    first: date
    last: date


def new_id() -> str:
    """Return an id for a new clause or milestone: 96 random bits, so that no two members choose the same."""
    return secrets.token_urlsafe(12)


def to_json(content: Content) -> dict[str, Any]:
    clauses = [asdict(clause) for clause in content.clauses]
    for milestone in (item for clause in clauses for item in clause["milestones"]):
        milestone["due"] = milestone["due"].isoformat()
    for clause in clauses:
        clause["milestones"] = list(clause["milestones"])
    return {"version": VERSION, "clauses": clauses}


def clause_texts(content: Content) -> dict[str, tuple[str, str]]:
    """Clause id → title and whole text, milestones a line each, for comparison."""
    return {
        clause.id: (
            clause.title,
            "\n".join([clause.body, *(f"{one.due.isoformat()} {one.title}" for one in clause.milestones)]),
        )
        for clause in content.clauses
    }


def from_json(data: object) -> Content:
    """Read the shape above; an empty object is an empty content. Raises MalformedContent."""
    top = _mapping(data, "")
    if not top:
        return Content()
    if top.get("version") != VERSION:
        raise MalformedContent("version")
    clauses = _sequence(top.get("clauses", []), "clauses")
    return Content(tuple(_clause(clause, f"clauses.{n}") for n, clause in enumerate(clauses)))


def canonical_json(content: Content) -> str:
    """Return the one text for a content: keys sorted, no spaces, no needless escapes (as RFC 8785 has it)."""
    return json.dumps(to_json(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def revision_hash(content: Content) -> str:
    """Return the SHA-256 (hex) of the canonical JSON. Validate first: lone surrogates have no UTF-8."""
    return sha256(canonical_json(content).encode()).hexdigest()


def cleaned(content: Content) -> Content:
    """Return it with texts in NFC, stripped, newlines as LF: what is stored, compared and hashed."""
    return Content(tuple(_cleaned_clause(clause) for clause in content.clauses))


def problems(
    content: Content, *, item_keys: Collection[str], period: Period | None = None, complete: bool = True
) -> list[Problem]:
    """Return what is wrong, in the order of the clauses; empty means valid.

    item_keys: national items of the plan's framework edition. complete: False for a draft that is only
    saved, which may lack titles and clauses.
    """
    found = [*_overall(content, complete=complete)]
    for clause in content.clauses:
        fields = (*_texts(clause, complete=complete), *_milestones(clause, period, complete=complete))
        found += [Problem(clause.id, field, code) for field, code in fields]
        if clause.item not in item_keys:
            found.append(Problem(clause.id, "item", ProblemCode.UNKNOWN_ITEM))
    return found


Finding = tuple[str, ProblemCode]


def _overall(content: Content, *, complete: bool) -> Iterator[Problem]:
    if complete and not content.clauses:
        yield Problem("", "clauses", ProblemCode.REQUIRED)
    if len(content.clauses) > MAX_CLAUSES:
        yield Problem("", "clauses", ProblemCode.TOO_MANY)
    if len(canonical_json(content).encode(errors="replace")) > MAX_BYTES:
        yield Problem("", "clauses", ProblemCode.TOO_LARGE)
    for clause_id, code in _ids(clause.id for clause in content.clauses):
        yield Problem(clause_id, "id", code)


def _ids(ids: Iterable[str]) -> Iterator[tuple[str, ProblemCode]]:
    for each, count in Counter(ids).items():
        if not _ID.fullmatch(each):
            yield each, ProblemCode.MALFORMED_ID
        if count > 1:
            yield each, ProblemCode.DUPLICATE_ID


def _texts(clause: Initiative, *, complete: bool) -> Iterator[Finding]:
    yield from _text("title", clause.title, MAX_TITLE, required=complete)
    yield from _text("body", clause.body, MAX_BODY, required=False)


def _text(field: str, text: str, limit: int, *, required: bool) -> Iterator[Finding]:
    if required and not text.strip():
        yield field, ProblemCode.REQUIRED
    if len(text) > limit:
        yield field, ProblemCode.TOO_LONG
    if _CONTROL.search(text):
        yield field, ProblemCode.CONTROL_CHARACTER
    if contains_my_number(text):
        yield field, ProblemCode.PERSONAL_NUMBER


def _milestones(clause: Initiative, period: Period | None, *, complete: bool) -> Iterator[Finding]:
    if len(clause.milestones) > MAX_MILESTONES:
        yield "milestones", ProblemCode.TOO_MANY
    for _milestone_id, code in _ids(milestone.id for milestone in clause.milestones):
        yield "milestones", code
    for n, milestone in enumerate(clause.milestones):
        yield from _text(f"milestones.{n}.title", milestone.title, MAX_TITLE, required=complete)
        if period and not period.first <= milestone.due <= period.last:
            yield f"milestones.{n}.due", ProblemCode.OUT_OF_PERIOD


def _cleaned_clause(clause: Initiative) -> Initiative:
    milestones = tuple(replace(item, title=_cleaned_text(item.title)) for item in clause.milestones)
    return replace(
        clause, title=_cleaned_text(clause.title), body=_cleaned_text(clause.body), milestones=milestones
    )


def _cleaned_text(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _clause(data: object, path: str) -> Initiative:
    clause = _mapping(data, path)
    milestones = _sequence(clause.get("milestones", []), f"{path}.milestones")
    return Initiative(
        id=_string(clause, "id", path),
        item=_string(clause, "item", path),
        title=_string(clause, "title", path),
        body=_string(clause, "body", path, default=""),
        milestones=tuple(_milestone(item, f"{path}.milestones.{n}") for n, item in enumerate(milestones)),
    )


def _milestone(data: object, path: str) -> Milestone:
    milestone = _mapping(data, path)
    try:
        due = date.fromisoformat(_string(milestone, "due", path))
    except ValueError:
        raise MalformedContent(f"{path}.due") from None
    return Milestone(_string(milestone, "id", path), _string(milestone, "title", path), due)


def _mapping(data: object, path: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise MalformedContent(path)
    return data


def _sequence(data: object, path: str) -> list[object]:
    if not isinstance(data, list):
        raise MalformedContent(path)
    return data


def _string(data: Mapping[str, object], key: str, path: str, *, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str):
        raise MalformedContent(f"{path}.{key}")
    return value
