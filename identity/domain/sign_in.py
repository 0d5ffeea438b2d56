"""The record of one sign-in, as the session keeps it and `auth_time`, `amr` and `acr` are told from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SignIn:
    """at: seconds since 1970. amr: RFC 8176 values. level: 当人認証保証レベル. passkey, device: row id of the
    credential that was used, of which there is one."""

    at: int
    amr: tuple[str, ...]
    level: int
    passkey: UUID | None = None
    device: UUID | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        used = {name: str(row) for name in _CREDENTIALS if (row := getattr(self, name))}
        return {"at": self.at, "amr": [*self.amr], "level": self.level, **used}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        used = {name: UUID(stored[name]) for name in _CREDENTIALS if name in stored}
        return cls(stored["at"], tuple(stored["amr"]), stored["level"], **used)


_CREDENTIALS = ("passkey", "device")
DEVICE_METHODS = ("hwk", "user", "mfa")
"""RFC 8176, of a phone whose key stays in it and is opened by its PIN, finger or face."""


def methods(*, user_verified: bool, backup_eligible: bool) -> tuple[str, ...]:
    """RFC 8176: hwk for a key that stays in its device, swk for a synced one; user and mfa when the device
    checked a PIN, finger or face as well."""
    key = "swk" if backup_eligible else "hwk"
    return (key, "user", "mfa") if user_verified else (key,)
