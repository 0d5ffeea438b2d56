"""What a view declares. Deny by default: a view without a declaration is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])
C = TypeVar("C")
PUBLIC = "public"
"""Declared by the few views of a tenant that strangers may open (an invitation)."""


def requires(permission: str) -> Callable[[V], V]:
    """Declare a function view's permission (`PUBLIC` for none); class views set `permission`."""

    def mark(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]  # read by declared_permission
        return view

    return mark


def dangerous(view: C) -> C:
    """Declare that what the view writes asks for a recent proof of who is there (see reauthentication.py)."""
    view.dangerous = True  # type: ignore[attr-defined]  # read by is_dangerous
    return view


def is_dangerous(view: Any) -> bool:
    return any(getattr(holder, "dangerous", False) for holder in _holders(view))


def declared_permission(view: Any) -> str | None:
    """The permission that a resolved view function, class view or API view declares."""
    for holder in _holders(view):
        permission = getattr(holder, "permission", None)
        if permission is not None:
            return str(permission)
    return None


def _holders(view: Any) -> tuple[Any, Any, Any]:
    return view, getattr(view, "view_class", None), getattr(view, "cls", None)
