"""What a request of the identity surface carries, and how a view says what has to stand before it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from consortium.membership.models import User
from consortium.ui.shell import Shell

from .context import ResidentActor

V = TypeVar("V", bound=Callable[..., Any])


class ResidentRequest(HttpRequest):
    """An annotation, never made: Django's own request, with what the middleware put on it."""

    user: User
    actor: ResidentActor
    shell: Shell
    is_tried: bool


def opens_own_context(view: V) -> V:
    """Mark a view that finds out by itself whom it speaks for: no context is open when it starts."""
    view.opens_own_context = True  # type: ignore[attr-defined]  # read by _opens_own_context
    return view


def for_machines(view: V) -> V:
    """Mark a view that services call: no session, no language, no page. It opens its own context."""
    view.for_machines = True  # type: ignore[attr-defined]  # read by identity.middleware.ShortStack
    return opens_own_context(view)


class PageNeeded(Exception):
    """What was tried at once takes a page, or more than a redirect: all of the middleware goes first."""


def at_once(view: V) -> V:
    """Mark a view whose answer to a signed-in resident is mostly a redirect: identity.straight tries it
    ahead of what pages need. It asks `require_page` before it does what takes more."""
    view.at_once = True  # type: ignore[attr-defined]  # read by identity.middleware.ShortStack
    return view


def require_page(request: HttpRequest) -> None:
    """Raises PageNeeded while the view is only tried."""
    if getattr(request, "is_tried", False):
        raise PageNeeded
