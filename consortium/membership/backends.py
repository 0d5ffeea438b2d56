"""Who may sign in on the portal: staff only, whatever credential is shown."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from .models import User, UserKind


class StaffBackend(AuthenticationBackend):
    """allauth's back-end, which refuses accounts of the other kind at sign-in and at every request."""

    def authenticate(self, request: Any, **credentials: Any) -> User | None:
        return _staff_only(super().authenticate(request, **credentials))

    def get_user(self, user_id: UUID) -> User | None:
        return _staff_only(super().get_user(user_id))


def _staff_only(user: User | None) -> User | None:
    return user if user and user.kind == UserKind.STAFF and user.is_active else None
