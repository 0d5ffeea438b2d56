"""What a session may not do that a provider opened, and where one without it may not come in."""

from collections.abc import Callable
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium import problems
from consortium.membership.access import PUBLIC, declared_permission
from consortium.membership.confinement import Confinement, confinement
from consortium.membership.requests import PortalRequest, is_signed_in
from consortium.problems import problem_response
from consortium.ui.errors import Page, error_page

from . import queries
from .models import Policy, SsoEntrance

OTHER_WAY: Final = Page(
    gettext_lazy("自治体のアカウントでのサインインでは、この操作はできません"),
    gettext_lazy(
        "このアカウントはほかの団体でも使われています。サインアウトし、このプラットフォームのパスワードまたはパスキーでサインインしてから操作してください。"
    ),
)
OWN_ACCOUNT: Final = "/accounts/"
ALWAYS: Final = ("/accounts/logout/", "/accounts/sso/", "/accounts/session/", "/accounts/confirm/")
INVITATIONS: Final = {"membership:staff_invitation", "membership:secretariat_invitation"}
LINKING: Final = {"sso:link", "sso:start", "sso:callback"}


class SsoRequest(PortalRequest):
    sso_entrance: SsoEntrance | None
    """Of the municipality of the path."""


class SsoMiddleware:
    """Inside ContextMiddleware, which has confined a session to the municipality whose provider opened it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast(SsoRequest, request)
        request.sso_entrance = queries.entrance() if request.municipality else None
        return self.get_response(request)

    def process_view(
        self, request: SsoRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        confined = confinement(request)
        if confined and _oversteps(request, confined):
            return error_page(request, 403, page=OTHER_WAY)
        if not _is_demanded(request, view) or (confined and _is_here(request, confined)):
            return None
        if queries.is_excepted(request.user):
            return None
        if request.path_info.startswith("/api/"):
            detail = _("自治体のアカウントでのサインインが必要です。")
            return problem_response(problems.FORBIDDEN, detail, code="sso_required")
        return redirect(f"{reverse('sso:required', args=[kwargs['code']])}?next={request.path}")


def _is_here(request: SsoRequest, confined: Confinement) -> bool:
    return request.municipality is not None and request.municipality.pk == confined.municipality_id


def _oversteps(request: SsoRequest, confined: Confinement) -> bool:
    """Ways of signing in of an account that serves elsewhere too, and invitations from elsewhere."""
    if _name(request) in INVITATIONS:
        return not _is_here(request, confined)
    path = request.path_info
    return request.has_posts_elsewhere and path.startswith(OWN_ACCOUNT) and not path.startswith(ALWAYS)


def _is_demanded(request: SsoRequest, view: Any) -> bool:
    """Whether the municipality of the path wants its provider's word for this page."""
    if request.sso_entrance is None or request.sso_entrance.policy != Policy.REQUIRED:
        return False
    if declared_permission(view) == PUBLIC or _name(request) in LINKING:
        return False
    return is_signed_in(request) and bool(request.actor.permissions)


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
