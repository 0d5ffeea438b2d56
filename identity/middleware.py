"""What stands before the identity surface: a short way for machines, a context for residents' pages."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.functional import SimpleLazyObject

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.context import Opened
from consortium.ui.shell import Shell

from . import straight
from .context import ResidentActor, actor_of
from .requests import ResidentRequest
from .shell import shell_for

Respond = Callable[[HttpRequest], HttpResponse]
MACHINES: Final = ("/oauth/", "/.well-known/", "/pki/")
ANONYMOUS = ResidentActor(ActorKind.RESIDENT, id="anonymous")


class Addresses:
    """What an address leads to; those without parameters are remembered, which are a few dozen."""

    def __init__(self) -> None:
        self._known: dict[str, ResolverMatch] = {}

    def find(self, path: str) -> ResolverMatch | None:
        found = self._known.get(path)
        if found is None:
            try:
                found = resolve(path)
            except Resolver404:
                return None
            if not found.args and not found.kwargs:
                self._known[path] = found
        return found


class ShortStack:
    """Answers services ahead of sessions, languages and pages, which cost more than most of their calls."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self._addresses = Addresses()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = self._addresses.find(request.path_info) if request.path_info.startswith(MACHINES) else None
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        if getattr(match.func, "for_machines", False):
            response = cast(HttpResponse, match.func(request, *match.args, **match.kwargs))
        elif not getattr(match.func, "at_once", False) or (found := straight.tried(request, match)) is None:
            return self.get_response(request)
        else:
            response = found
        response.setdefault("Content-Length", str(len(response.content)))
        return response


class ResidentMiddleware:
    """One transaction around the whole request of a signed-in resident; an answer of 500 and more undoes it.

    Without a sign-in the login itself acts, which sees system tables only. Sets request.actor and .shell.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        self._addresses = Addresses()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast(ResidentRequest, request)
        user = request.user  # loaded here, while no context is open
        request.actor = _actor(user) if user.is_authenticated else ANONYMOUS
        request.shell = cast(Shell, SimpleLazyObject(partial(shell_for, request)))
        if self._opens_own_context(request):
            return self.get_response(request)
        with _context(request.actor):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def _opens_own_context(self, request: HttpRequest) -> bool:
        match = self._addresses.find(request.path_info)
        view = match.func if match else None
        return any(
            getattr(holder, "opens_own_context", False)
            for holder in (view, getattr(view, "view_class", None))
        )


def _actor(user: Any) -> ResidentActor:
    """user: as ResidentBackend gives it, with its standing."""
    return actor_of(user.citizen_id, user.standing)


def _context(actor: Actor) -> Opened:
    if actor.citizen_id is None:
        return context.person(None)
    return context.citizen(actor.citizen_id, municipality_id=actor.municipality_id)
