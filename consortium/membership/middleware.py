"""Opens the context that a portal page speaks for, and asks the permission its view declares."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality

from . import queries
from .access import PUBLIC, declared_permission
from .roles import any_needs_mfa

_TENANT = re.compile(r"^/(?P<api>api/v1/)?m/(?P<code>[^/]+)/")
_SECRETARIAT = re.compile(r"^/(api/v1/)?secretariat/")
_SAFE = {"GET", "HEAD", "OPTIONS"}

Respond = Callable[[HttpRequest], HttpResponse]


class ContextMiddleware:
    """`/m/<code>/…` speaks for that municipality, `/secretariat/…` for the body, all else for the account.

    Sets request.actor, request.municipality (None outside a tenant) and request.posts (queries.Posts).
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.municipality = None
        if tenant := _TENANT.match(request.path_info):
            return self._in_tenant(request, tenant["code"], tenant["api"] is not None)
        user = request.user
        opened = context.secretariat if _SECRETARIAT.match(request.path_info) else context.person
        with opened(user_id=user.pk):
            request.posts = queries.posts_of(user)
            is_body = opened is context.secretariat
            actor = queries.secretariat_actor(user, request.posts) if is_body else queries.account_actor(user)
            return self._answer(request, actor)

    def _in_tenant(self, request: HttpRequest, code: str, is_api: bool) -> HttpResponse:
        municipality = queries.municipality_by_code(code)
        if municipality.code != code:
            return redirect(request.get_full_path().replace(f"/m/{code}/", f"/m/{municipality.code}/", 1))
        request.municipality = municipality
        with context.tenant(municipality.pk, user_id=request.user.pk):
            request.posts = queries.posts_of(request.user)
            actor = queries.staff_actor(request.user, request.posts, municipality)
            if actor.permissions and not is_api and _is_stale(request, municipality):
                return render(request, "membership/stale_tenant.html", status=409)
            return self._answer(request, actor)

    def _answer(self, request: HttpRequest, actor: Actor) -> HttpResponse:
        request.actor = actor
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        speaks_for_somebody = request.municipality or _SECRETARIAT.match(request.path_info)
        permission = declared_permission(view)
        if not speaks_for_somebody or permission == PUBLIC or not request.user.is_authenticated:
            return None
        if not request.actor.permissions:
            raise Http404("No post here.")
        if permission is None or not request.actor.can(permission):
            raise PermissionDenied(permission or "undeclared")
        if any_needs_mfa(request.posts.roles) and not queries.has_second_factor(request.user):
            return redirect(f"{reverse('mfa_index')}?required=1")
        return None


def _is_stale(request: HttpRequest, municipality: Municipality) -> bool:
    """The session works for another municipality: say so before anything is shown or saved."""
    active = request.session.setdefault("municipality", municipality.pk)
    return bool(active != municipality.pk)
