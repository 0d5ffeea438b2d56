"""What is proved of one disclosure, and the proving, without a database (docs/transparency.md).

A leaf is the canonical JSON of the row with its salt: 128 random bits that only the resident holds, so that
nobody can guess a row and find it in a tree.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from .merkle import Inclusion, leaf_hash

FORMAT: Final = "disclosure-proof/1"
FIRST: Final = "0" * 64
"""What stands for the statement before the first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One disclosure, as it stands in a leaf. Values of attributes are not part of it, nor kept anywhere."""

    id: UUID
    occurred_at: datetime
    citizen_id: UUID
    client_id: str
    recipient: str
    purpose: str
    attributes: list[str]
    path: str
    legal_basis: str
    reason_code: str
    salt: str

    def words(self) -> dict[str, Any]:
        """As it is handed out: without the resident's own identifier, which the salt hides."""
        subject = hashlib.sha256(f"{self.salt}{self.citizen_id}".encode()).hexdigest()
        return {
            "id": str(self.id),
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(),
            "subject": subject,
            "client_id": self.client_id,
            "recipient": self.recipient,
            "purpose": self.purpose,
            "attributes": list(self.attributes),
            "path": self.path,
            "legal_basis": self.legal_basis,
            "reason_code": self.reason_code,
            "salt": self.salt,
        }

    def leaf(self) -> bytes:
        return leaf_of(self.words())


def leaf_of(words: Mapping[str, Any]) -> bytes:
    return leaf_hash(canonical(words))


def canonical(words: Mapping[str, Any]) -> bytes:
    """Keys in order, no spaces, UTF-8."""
    return json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def statement_claims(
    *, issuer: str, day: date, size: int, root: str, previous: str, issued_at: int
) -> dict[str, Any]:
    """What is signed about a day. previous: SHA-256 (hex) of the statement of the day before, or FIRST."""
    return {
        "iss": issuer,
        "iat": issued_at,
        "day": day.isoformat(),
        "hash": "SHA-256",
        "size": size,
        "root": root,
        "previous": previous,
    }


def digest_of(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()


def make_proof(entry: Entry, day: date, inclusion: Inclusion, root: str, statement: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "entry": entry.words(),
        "day": day.isoformat(),
        "index": inclusion.index,
        "size": inclusion.size,
        "path": [hash_.hex() for hash_ in inclusion.path],
        "root": root,
        "statement": statement,
    }


def faults(proof: Any, claims: Mapping[str, Any]) -> list[str]:
    """Return why a proof does not hold; empty where it does. claims: of its statement, whose signature the
    caller has verified."""
    try:
        inclusion = Inclusion(
            int(proof["index"]), int(proof["size"]), [bytes.fromhex(one) for one in proof["path"]]
        )
        leads = inclusion.leads_to(bytes.fromhex(proof["root"]), leaf_of(proof["entry"]))
        stated = {name: claims.get(name) for name in ("day", "size", "root")}
        given = {name: proof[name] for name in ("day", "size", "root")}
    except (KeyError, TypeError, ValueError):
        return ["this is no proof of a disclosure"]
    found = [] if proof.get("format") == FORMAT else ["the format is not known"]
    if not leads:
        found.append("the entry is not in the tree: it, its place or the path was changed")
    if stated != given:
        found.append("the signed statement is about another tree")
    return found


def broken_link(statements: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the day whose statement does not name the one before it; empty where the chain holds.

    statements: with their claims, oldest first.
    """
    previous = None
    for statement, claims in statements:
        if previous is not None and claims.get("previous") != previous:
            return str(claims.get("day"))
        previous = digest_of(statement)
    return ""
