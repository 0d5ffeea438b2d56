"""What a view declares. Deny by default: a view without a declaration is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])
PUBLIC = "public"
"""Declared by the few views of a tenant that strangers may open (an invitation)."""


def requires(permission: str) -> Callable[[V], V]:
    """Declare a function view's permission (`PUBLIC` for none); class views set `permission`."""

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]  # read by declared_permission
        return view

    return mark


def declared_permission(view: Any) -> str | None:
    """The permission that a resolved view function, class view or API view declares."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        permission = getattr(holder, "permission", None)
        if permission is not None:
            return str(permission)
    return None
