from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyUnlessDeclared(BasePermission):
    """The actor must hold the `permission` that the view declares; a view that declares none is refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        permission = getattr(view, "permission", None)
        actor = getattr(request, "actor", None)
        return bool(permission and actor and actor.can(permission))


class Known(BasePermission):
    """Anybody with an account or a token, whatever the post."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(getattr(getattr(request, "actor", None), "id", ""))
