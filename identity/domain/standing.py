"""Which changes of a digital ID's status there are, and what they are made for."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Change(StrEnum):
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"


class Reason(StrEnum):
    """Why a status changes; what an audit row keeps of it."""

    WISH = "wish"
    LOST = "lost"
    MISUSE = "misuse"
    FOUND = "found"
    PROOFED = "proofed"
    DEATH = "death"


STARTS: Final[Mapping[Change, frozenset[str]]] = MappingProxyType(
    {
        Change.SUSPEND: frozenset({"active"}),
        Change.RESUME: frozenset({"suspended"}),
        Change.CLOSE: frozenset({"active", "suspended"}),
    }
)
"""The statuses that each change starts from. Nothing starts from `closed`."""
ENDS: Final[Mapping[Change, str]] = MappingProxyType(
    {Change.SUSPEND: "suspended", Change.RESUME: "active", Change.CLOSE: "closed"}
)
