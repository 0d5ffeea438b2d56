"""Who may sign in on the identity surface: residents only, and only while their identity is active."""

from typing import Any, Final
from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from consortium.membership.models import User, UserKind
from consortium.tenancy import statements
from consortium.tenancy.statements import Table

from .context import standing_of

_TABLE: Final = Table(User)
_ACTIVE: Final = (
    f"SELECT {_TABLE.columns('t')} FROM {_TABLE.name} t WHERE id = %s AND kind = %s AND is_active"  # noqa: S608
)


class ResidentBackend(BaseBackend):
    """Knows no password and no e-mail; passkeys are checked in actions.passkeys."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: UUID) -> User | None:
        """With `standing` set, so that the middleware need not ask again. Opens a context of its own."""
        found = statements.first(_ACTIVE, [user_id, UserKind.RESIDENT])
        user = _TABLE.row(found) if found else None
        standing = standing_of(user.citizen_id) if user and user.citizen_id else None
        if user is None or standing is None or not standing.is_active:
            return None
        user.standing = standing  # type: ignore[attr-defined]  # read by ResidentMiddleware
        return user
