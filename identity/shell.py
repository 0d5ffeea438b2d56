"""What stands around a resident's page: navigation once she is signed in."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consortium.tenancy import context
from consortium.ui.parts import Crumb
from consortium.ui.shell import NavItem, Shell

from .queries.notices import unread
from .requests import ResidentRequest

PAGES = (
    (gettext_noop("ホーム"), "identity:me", ()),
    (
        gettext_noop("私のIDと端末"),
        "identity:my_id",
        ("me/passkeys/", "me/sessions/", "me/devices/", "me/signatures/"),
    ),
    (gettext_noop("同意"), "identity:consents", ("me/requests/",)),
    (gettext_noop("利用の記録"), "identity:uses", ("me/inquiries/",)),
    (gettext_noop("お知らせ"), "identity:notices", ("me/contact/",)),
    (gettext_noop("私の情報"), "identity:profile", ("me/delegates/", "me/data/", "me/close/")),
)
"""Label, page, and the other addresses that belong to it."""


def shell_for(request: HttpRequest) -> Shell:
    if not request.user.is_authenticated:
        return Shell(surface="identity")
    return Shell(
        surface="identity",
        person=_("本人"),
        home_url=reverse("identity:me"),
        sign_out_url=reverse("identity:sign_out"),
        clock_url=reverse("identity:clock"),
        nav=[_item(request, *page) for page in PAGES],
    )


def under(name: str, *more: Crumb) -> list[Crumb]:
    """The trail of a page that the menu does not show: the menu's page first."""
    label = next(label for label, page, _others in PAGES if page == name)
    return [Crumb(_(label), reverse(name)), *more]


def _item(request: HttpRequest, label: str, name: str, others: tuple[str, ...]) -> NavItem:
    url = reverse(name)
    below = () if name == "identity:me" else (url, *(f"/{other}" for other in others))
    active = request.path == url or request.path.startswith(below)
    return NavItem(_(label), url, active, badge=_unread(request) if name == "identity:notices" else None)


def _unread(request: HttpRequest) -> int | None:
    """An error page may be drawn when the context is closed already."""
    citizen_id = cast(ResidentRequest, request).actor.citizen_id
    return unread(citizen_id) if citizen_id and context.current() else None
