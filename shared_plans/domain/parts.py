"""A revision in two parts: what it shares, and clauses of the kinds that its municipality keeps to itself.

The revision's hash commits to both: of the private part it holds a salted commitment, so that whoever reads
the shared part can verify the whole hash and can guess nothing of what is withheld.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .document import Clause, Document, content_hash, from_json, made, to_json
from .kinds import Kind, references

WITHHOLDABLE: Final = tuple(kind for kind in Kind if kind is not Kind.INITIATIVE)
"""施策 are what is shared: everything else refers to them."""


@dataclass(frozen=True, slots=True)
class Parts:
    """shared, private: documents as JSON. private, salt and commitment are empty if nothing is withheld."""

    shared: Mapping[str, Any]
    shared_hash: str
    hash: str
    private: Mapping[str, Any]
    salt: str
    commitment: str


def split(document: Document, withheld: Collection[Kind], salt: str = "") -> Parts:
    """Part it by kind. salt: 256 random bits as hex, drawn if not given."""
    shared = to_json(Document(tuple(one for one in document.clauses if one.kind not in withheld)))
    hidden = tuple(one for one in document.clauses if one.kind in withheld)
    if not hidden:
        return Parts(shared, content_hash(shared), content_hash(shared), {}, "", "")
    private, salt = to_json(Document(hidden)), salt or secrets.token_hex(32)
    sealed = commitment(private, salt)
    return Parts(shared, content_hash(shared), whole_hash(shared, sealed), private, salt, sealed)


def joined(shared: object, private: object) -> Document:
    """The whole again. Clauses of one kind keep their order. Raises MalformedContent."""
    return Document((*from_json(shared).clauses, *from_json(private).clauses))


def commitment(private: object, salt: str) -> str:
    """SHA-256 (hex) of `{"content": …, "salt": …}` in canonical JSON."""
    return content_hash({"content": private, "salt": salt})


def whole_hash(shared: object, sealed: str) -> str:
    """Of the shared content and the commitment; without one that of the content alone."""
    own = content_hash(shared)
    return content_hash({"private": sealed, "shared": own}) if sealed else own


def linked(document: Document) -> Document:
    """Without references to clauses that it does not hold: what can be taken over from a shared part."""
    present = set(document.by_id())
    return Document(tuple(_linked(clause, present) for clause in document.clauses))


def _linked(clause: Clause, present: Collection[str]) -> Clause:
    gone = {
        field.key
        for field in references(clause.kind)
        if (target := clause.text(field.key)) and target not in present
    }
    kept = {key: value for key, value in clause.values.items() if key not in gone}
    return made(clause.id, clause.kind, kept) if gone else clause
