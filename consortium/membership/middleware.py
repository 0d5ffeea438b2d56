"""Opens the context that a portal page speaks for, and asks the permission its view declares."""

import re
from collections.abc import Callable
from typing import Any, Final, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from consortium import problems
from consortium.api.problems import unauthenticated
from consortium.domain.codes import CodeError, MunicipalityCode
from consortium.problems import problem_response
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.ui import kept, once
from consortium.ui.errors import Page, error_page

from . import machines, posts, queries, reauthentication
from .access import PUBLIC, declared_permission
from .actions.sessions import after_a_post_ended
from .confinement import confinement
from .reauthentication import way_back
from .requests import PortalRequest, is_signed_in
from .roles import any_needs_mfa

_TENANT = re.compile(r"^/(?P<api>api/v1/)?m/(?P<code>[^/]+)/")
_SECRETARIAT = re.compile(r"^/(api/v1/)?secretariat/")
_SAFE = {"GET", "HEAD", "OPTIONS"}
ACTIVITY_SECONDS: Final = 60
MALFORMED: Final = Page(
    _("団体コードの形が正しくありません"),
    _("団体コードは6桁の数字で、末尾は検査数字です。アドレスの「/m/」の後の数字を確かめてください。"),
)
UNKNOWN: Final = Page(
    _("この団体コードの自治体はありません"),
    _("団体コードは6桁の数字です。アドレスの「/m/」の後の数字を確かめるか、トップページから開いてください。"),
)

SERVED: Final = "served"
"""In a session that has reached a post."""

Respond = Callable[[HttpRequest], HttpResponse]


class _LeftOffice(Exception):
    """The session's person holds no post any more."""


class SignInRequired(LoginRequiredMiddleware):
    """Everywhere, except where a view is marked `login_not_required`; the API answers 401, not a redirect."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if getattr(request, "token", None):
            return None
        if request.path_info.startswith("/api/"):
            return unauthenticated()
        if getattr(request, "timed_out", False):
            messages.info(request, _("一定の時間が過ぎたため、サインアウトしました。"))
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        back = way_back(request, view_func, once.owner(request))
        if kept.PARAMETER in back:
            messages.info(request, _("サインインすると、入力していた内容が戻ります。"))
        return redirect_to_login(back, resolve_url(settings.LOGIN_URL))


class ChosenLanguage:
    """Pages speak the language that the account has chosen, on whichever device; before, the cookie's."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.language_is_chosen:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class ActivityMiddleware:
    """Notes when a session was last used, at most once a minute (allauth's own writes at every request)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"seen:{key}", 1, ACTIVITY_SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class ContextMiddleware:
    """`/m/<code>/…` speaks for that municipality, `/secretariat/…` for the body, all else for the account.

    One transaction around the whole request, templates included; an answer of 500 and more undoes it.
    What it sets on the request is listed in `PortalRequest`.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast(PortalRequest, request)
        request.municipality, request.posts, request.token = None, posts.NO_POSTS, None
        request.second_factor_shown = request.has_posts_elsewhere = False
        request.actor = queries.account_actor(request.user)
        if machines.is_machine(request):
            return self._for_machine(request)
        try:
            return self._for_person(request)
        except _LeftOffice:
            return _signed_out(request)

    def _for_person(self, request: PortalRequest) -> HttpResponse:
        if tenant := _TENANT.match(request.path_info):
            return self._in_tenant(request, tenant["code"], is_api=tenant["api"] is not None)
        if not is_signed_in(request) and not _leads_somewhere(request):
            return self.get_response(request)
        if _SECRETARIAT.match(request.path_info):
            return self._for_the_body(request)
        with context.person(request.user.pk):
            _read_posts(request)
            return self._answer(request)

    def _in_tenant(self, request: PortalRequest, code: str, *, is_api: bool) -> HttpResponse:
        try:
            municipality = queries.municipality_by_code(MunicipalityCode(code).value)
        except CodeError:
            return error_page(request, 404, page=MALFORMED)
        except Http404:
            return error_page(request, 404, page=UNKNOWN)
        if municipality.code != code:
            return _to_present_code(request, code, municipality)
        request.municipality = municipality
        with context.tenant(municipality.pk, user_id=request.user.pk):
            _read_posts(request)
            request.actor = posts.staff_actor(request.user, request.posts, municipality)
            if request.actor.permissions and not is_api and _is_stale(request, municipality):
                return _stale_page(request, municipality)
            return self._answer(request)

    def _for_the_body(self, request: PortalRequest) -> HttpResponse:
        with context.secretariat(user_id=request.user.pk):
            _read_posts(request)
            request.actor = posts.secretariat_actor(request.user, request.posts)
            return self._answer(request)

    def _for_machine(self, request: PortalRequest) -> HttpResponse:
        """Speaks for the municipality that its token belongs to, whose the path must be if it names one."""
        shown = machines.shown(request)
        municipality = _municipality(shown[0]) if shown else None
        if shown is None or municipality is None:
            return unauthenticated(problems.TOKEN)
        with context.tenant(municipality.pk):
            request.token = queries.valid_token(shown[1])
            if request.token is None:
                return unauthenticated(problems.TOKEN)
            request.actor = queries.token_actor(request.token, municipality)
            tenant = _TENANT.match(request.path_info)
            if _SECRETARIAT.match(request.path_info) or (
                tenant and _municipality(tenant["code"]) != municipality
            ):
                return error_page(request, 404)
            request.municipality = municipality if tenant else None
            machines.note_use(request.token)
            return self._answer(request)

    def _answer(self, request: PortalRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response

    def process_view(
        self, request: PortalRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if refused := self._refused(request, view):
            return refused
        if not reauthentication.is_demanded(request, view) or reauthentication.is_recent(request):
            return None
        return reauthentication.ask(request, view)

    @staticmethod
    def _refused(request: PortalRequest, view: Any) -> HttpResponse | None:
        speaks_for_somebody = request.municipality or _SECRETARIAT.match(request.path_info)
        permission = declared_permission(view)
        if not speaks_for_somebody or permission == PUBLIC:
            return None
        is_api = request.path_info.startswith("/api/")
        if not request.actor.id:  # API views ask for themselves, but only after this
            return unauthenticated() if is_api else None
        return _refusal(request, view, permission, is_api=is_api)


def _read_posts(request: PortalRequest) -> None:
    """The posts that this session reaches. Raises _LeftOffice where it reached some, and reaches none today.

    Posts end by their dates, with nobody there to end the sessions at that hour.
    """
    request.posts = posts.posts_of(request.user)
    if confined := confinement(request):
        reached = confined.posts(request.posts)
        request.has_posts_elsewhere = reached != request.posts
        request.posts, request.second_factor_shown = reached, confined.strong
    if request.posts.roles and SERVED not in request.session:
        request.session[SERVED] = True
    if SERVED in request.session and not request.posts.roles:
        raise _LeftOffice


def _signed_out(request: PortalRequest) -> HttpResponse:
    """Outside the context that showed it. Where she serves nowhere else her other sessions end with it."""
    after_a_post_ended(request.user.pk)
    logout(request)
    if request.path_info.startswith("/api/"):
        return unauthenticated()
    messages.info(request, _("役割が終了したため、サインアウトしました。"))
    return redirect(settings.LOGIN_URL)


def _refusal(
    request: PortalRequest, view: Any, permission: str | None, *, is_api: bool
) -> HttpResponse | None:
    """Raises Http404 for who has no post here, PermissionDenied for who has one that does not suffice.

    Where a role asks for a second factor, it is not enough to have registered one: this session has to have
    shown it. A session from before it was registered hasn't.
    """
    if not request.actor.permissions:
        raise Http404("No post here.")
    if permission is None or not request.actor.can(permission):
        raise PermissionDenied(permission or "undeclared")
    roles = [*request.posts.roles, *(one.role for one in request.actor.principals)]
    if not any_needs_mfa(roles) or request.second_factor_shown:
        return None
    if request.posts.has_second_factor:
        shown = reauthentication.second_factor_shown(request)
        return None if shown else reauthentication.ask(request, view)
    if is_api:
        return problem_response(problems.SECOND_FACTOR)
    return redirect(f"{reverse('mfa_index')}?required=1")


def _municipality(code: str) -> Municipality | None:
    """None for a code that no municipality has or had."""
    try:
        return queries.municipality_by_code(MunicipalityCode(code).value)
    except (CodeError, Http404):
        return None


def _leads_somewhere(request: HttpRequest) -> bool:
    try:
        resolve(request.path_info)
    except Resolver404:
        return False
    return True


def _to_present_code(request: HttpRequest, code: str, municipality: Municipality) -> HttpResponse:
    url = request.get_full_path().replace(f"/m/{code}/", f"/m/{municipality.code}/", 1)
    return redirect(url, preserve_request=request.method not in _SAFE)


def _is_stale(request: PortalRequest, municipality: Municipality) -> bool:
    """The session works for another municipality, in which its person still has a post."""
    active = request.session.get("municipality")
    if active not in request.posts.municipal:
        request.session["municipality"] = active = municipality.pk
    return bool(active != municipality.pk)


def _stale_page(request: PortalRequest, municipality: Municipality) -> HttpResponse:
    """Before anything is shown or saved. Nothing of what the form held is kept."""
    active = Municipality.objects.get(pk=request.session["municipality"])
    request.municipality = None
    values = {
        "here": municipality,
        "active": active,
        "was_sending": request.method not in _SAFE,
        "next": request.get_full_path(),
    }
    return render(request, "membership/stale_tenant.html", values, status=409)
