"""Who does something: carried from the view into every action and its audit row."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class ActorKind(StrEnum):
    STAFF = "staff"
    SECRETARIAT = "secretariat"
    RESIDENT = "resident"
    SERVICE = "service"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody absent, whose role a deputy exercises (代理). id: account id; role: key of the role.

    permissions: of that role, less what the deputy may do anyway.
    """

    id: str
    label: str
    role: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """id: account id, citizen id or client id; permissions: of the roles held in this context only,
    those held as somebody's deputy included.

    principals: those for whom the actor is deputy. on_behalf_of: the one for whom a deed is done, see
    `exercising`.
    """

    kind: ActorKind
    id: str
    label: str = ""
    municipality_id: int | None = None
    municipality_code: str = ""
    citizen_id: UUID | None = None
    permissions: frozenset[str] = field(default=frozenset())
    principals: tuple[Principal, ...] = ()
    on_behalf_of: Principal | None = None

    def can(self, permission: str) -> bool:
        return str(permission) in self.permissions

    def require(self, permission: str) -> None:
        """Raises PermissionDenied."""
        if not self.can(permission):
            raise PermissionDenied(str(permission))

    def exercising(self, permission: str) -> "Actor":
        """This actor, on behalf of a principal if she has the permission only as deputy."""
        found = next((one for one in self.principals if str(permission) in one.permissions), None)
        if found is None or self.on_behalf_of:
            return self
        names = {"deputy": self.label[:26], "principal": found.label[:26]}
        return replace(self, on_behalf_of=found, label=_("%(deputy)s(%(principal)sの代理)") % names)

    @property
    def persons(self) -> frozenset[str]:
        """Ids of all who stand behind a deed: where four eyes are asked for, none may be met twice."""
        return frozenset({self.id, *([self.on_behalf_of.id] if self.on_behalf_of else [])})

    def is_among(self, first: object, persons: Iterable[str] = ()) -> bool:
        """Whether anybody behind this deed stands behind an earlier one, too. first: the id of who did that;
        persons: all of its `persons`, as they were kept."""
        return not self.persons.isdisjoint({str(first), *persons})


def system_actor(name: str) -> Actor:
    """A job or a command; it may do what the operator who started it may do."""
    return Actor(ActorKind.SYSTEM, id=name, label=name)
