"""Who does something: carried from the view into every action and its audit row."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied


class ActorKind(StrEnum):
    STAFF = "staff"
    SECRETARIAT = "secretariat"
    RESIDENT = "resident"
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """id: account id, citizen id or client id; permissions: of the roles held in this context only."""

    kind: ActorKind
    id: str
    label: str = ""
    municipality_id: int | None = None
    citizen_id: UUID | None = None
    permissions: frozenset[str] = field(default=frozenset())

    def can(self, permission: str) -> bool:
        return str(permission) in self.permissions

    def require(self, permission: str) -> None:
        """Raises PermissionDenied."""
        if not self.can(permission):
            raise PermissionDenied(str(permission))


def system_actor(name: str) -> Actor:
    """A job or a command; it may do what the operator who started it may do."""
    return Actor(ActorKind.SYSTEM, id=name, label=name)
