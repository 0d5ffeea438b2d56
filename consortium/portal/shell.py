"""Fills the frame around each page: whose page it is, where one can go, who is signed in."""

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from consortium.files.logo_views import url_of
from consortium.language import in_language, place_name
from consortium.membership.queries import Look, look
from consortium.membership.requests import PortalRequest, is_signed_in, tenant_of
from consortium.notifications.reading import unread
from consortium.tenancy import context
from consortium.ui import registry
from consortium.ui.brand import brand_css_url
from consortium.ui.registry import NavEntry, Scope
from consortium.ui.shell import NavItem, Shell, Tenant

SECRETARIAT_CODE = ""
"""What the switch sends for the secretariat, which has no 団体コード."""


def shell_of(request: PortalRequest) -> Shell:
    if not is_signed_in(request):
        return Shell()
    return Shell(
        tenant=_tenant(request),
        tenants=list(_places(request)),
        person=str(request.user),
        nav=list(_navigation(request)),
        account=[*_account(request)],
        inbox_url=_inbox(request),
        unread=_unread(request),
        home_url=_home(request),
        switch_url=reverse("portal:switch"),
        sign_out_url=reverse("account_logout"),
        brand_css=brand_css_url(_look(request).colour),
        clock_url=reverse("membership:clock"),
    )


def is_secretariat(request: PortalRequest) -> bool:
    return request.path_info.startswith("/secretariat/") and bool(request.posts.secretariat)


def _secretariat() -> Tenant:
    return Tenant(_("事務局"), SECRETARIAT_CODE)


def _tenant(request: PortalRequest) -> Tenant | None:
    if request.municipality:
        own = _look(request).short_name or request.municipality.name
        name = in_language(own, request.municipality.romaji)
        return Tenant(name, request.municipality.code, _logo(request))
    return _secretariat() if is_secretariat(request) else None


def _logo(request: PortalRequest) -> str:
    return url_of(request) if _speaks(request) else ""


def _look(request: PortalRequest) -> Look:
    """The platform's own where nothing can be read: on error pages outside the municipality's context."""
    return look(tenant_of(request).pk) if _speaks(request) else Look()


def _speaks(request: PortalRequest) -> bool:
    """Whether the municipality of the path is the one whose context is open."""
    opened = context.current()
    return bool(request.municipality and opened and opened.municipality_id == request.municipality.pk)


def _places(request: PortalRequest) -> Iterator[Tenant]:
    if request.posts.secretariat:
        yield _secretariat()
    for municipality in request.posts.places:
        yield Tenant(place_name(municipality), municipality.code)


def _home(request: PortalRequest) -> str:
    if request.municipality:
        return reverse("portal:tenant_home", args=[request.municipality.code])
    return reverse("portal:secretariat_home" if is_secretariat(request) else "portal:home")


def _inbox(request: PortalRequest) -> str:
    if request.municipality:
        return reverse("notifications:inbox", args=[request.municipality.code])
    return reverse("notifications:secretariat" if is_secretariat(request) else "notifications:account")


def _unread(request: PortalRequest) -> int:
    """An error page may be drawn when the context is closed already."""
    return unread(request.user.pk) if context.current() else 0


def _navigation(request: PortalRequest) -> Iterator[NavItem]:
    scope: Scope | None = (
        "tenant" if request.municipality else "secretariat" if is_secretariat(request) else None
    )
    if scope is None or not request.actor.permissions:
        yield from _account_menu(request)
        return
    may = request.actor.can
    shown = [entry for entry in registry.entries(scope) if not entry.permission or may(entry.permission)]
    urls = [(entry, url) for entry in shown if (url := _url(request, entry))]
    home = _home(request)  # every address begins with it
    within = (url for _, url in urls if request.path.startswith(url) and url != home)
    active = max(within, key=len, default=request.path)
    for entry, url in urls:
        yield NavItem(str(entry.label), url, active=url == active, summary=entry.summary)


def _url(request: PortalRequest, entry: NavEntry) -> str:
    args = [request.municipality.code] if request.municipality else []
    try:
        return reverse(entry.url_name, args=args)
    except NoReverseMatch:  # a product that is not served here
        return ""


def _account(request: PortalRequest) -> Iterator[NavItem]:
    entries = (
        (_("アカウントとセキュリティ"), reverse("membership:account")),
        (_("お知らせの受け取り方"), reverse("notifications:preferences")),
    )
    active = max((url for _label, url in entries if request.path.startswith(url)), key=len, default="")
    for label, url in entries:
        yield NavItem(label, url, active=url == active)


def _account_menu(request: PortalRequest) -> Iterator[NavItem]:
    """Beside one's own pages, which are of no place."""
    entries = list(_account(request))
    if any(entry.active for entry in entries):
        yield NavItem(_("ホーム"), reverse("portal:home"))
        yield from entries
