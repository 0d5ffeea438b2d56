"""What may happen to a device's certificate, and in which order."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """Stored. `expired` is not: it is told from the certificate's end."""

    REQUESTED = "requested"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Reason(StrEnum):
    """Why it is suspended or revoked."""

    LOST = "lost"
    STOLEN = "stolen"
    REPLACED = "replaced"
    UNUSED = "unused"
    CLOSED = "closed"
    RESTORED = "restored"


class Deed(StrEnum):
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


STARTS: Final[Mapping[Deed, frozenset[State]]] = MappingProxyType(
    {
        Deed.SUSPEND: frozenset({State.ACTIVE}),
        Deed.RESUME: frozenset({State.SUSPENDED}),
        Deed.REVOKE: frozenset({State.REQUESTED, State.ACTIVE, State.SUSPENDED}),
    }
)
"""Revoked is for good (RFC 5280, 5.3.1: only a hold is ever lifted)."""
ENDS: Final[Mapping[Deed, State]] = MappingProxyType(
    {Deed.SUSPEND: State.SUSPENDED, Deed.RESUME: State.ACTIVE, Deed.REVOKE: State.REVOKED}
)
_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Reason.LOST: "keyCompromise",
        Reason.STOLEN: "keyCompromise",
        Reason.REPLACED: "superseded",
        Reason.UNUSED: "cessationOfOperation",
        Reason.CLOSED: "cessationOfOperation",
    }
)


def reason_flag(state: str, reason: str) -> str:
    """As lists and OCSP name it (RFC 5280, 5.3.1)."""
    return "certificateHold" if state == State.SUSPENDED else _FLAGS.get(reason, "unspecified")
