"""How far a revision reaches, and narrowing it."""

from dataclasses import dataclass
from typing import Final

_WIDTH: Final = {"private": 0, "named": 1, "consortium": 2, "public": 3}


@dataclass(frozen=True, slots=True)
class Reach:
    """visibility: "private", "named" (then `readers`, which is empty otherwise), "consortium" or "public"."""

    visibility: str
    readers: frozenset[int] = frozenset()


def narrowed(present: Reach, limit: Reach) -> Reach:
    """Return what is left of `present` when nobody may read it whom `limit` leaves out."""
    if present.visibility == limit.visibility == "named":
        both = present.readers & limit.readers
        return Reach("named", both) if both else Reach("private")
    return min(present, limit, key=lambda one: _WIDTH[one.visibility])
