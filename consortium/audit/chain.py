"""The hash chain, without a database.

A seal's digest covers the digest before it, its own place (log, stream, number) and each row in full:
SHA-256 over lines of canonical JSON, the first for the seal, then one per row in the order of identifiers.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

FIRST: Final = "0" * 64
"""What stands for the previous digest in a stream's first seal."""

Row = Mapping[str, Any]


def digest(previous: str, log: str, stream: str, number: int, rows: Iterable[Row]) -> str:
    """Hexadecimal SHA-256."""
    lines = [_json([previous, log, stream, number]), *(canonical(row) for row in rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def canonical(row: Row) -> str:
    """Keys in order, times in UTC. Empty values are left out, so that a column added later, empty in old
    rows, breaks no old seal; the number of the seal itself is left out too."""
    kept = {key: value for key, value in row.items() if key != "seal_number" and value not in (None, "")}
    return _json(kept)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
