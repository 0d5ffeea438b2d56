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


def opens_own_context(view: V) -> V:
    """Mark a view that finds out by itself whom it speaks for: no context is open when it starts."""
    view.opens_own_context = True  # type: ignore[attr-defined]  # read by _opens_own_context
    return view


def for_machines(view: V) -> V:
    """Mark a view that services call: no session, no language, no page. It opens its own context."""
    view.for_machines = True  # type: ignore[attr-defined]  # read by identity.middleware.ShortStack
    return opens_own_context(view)
