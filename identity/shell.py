"""What stands around a resident's page: navigation once she is signed in."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consortium.tenancy import context
from consortium.ui.shell import NavItem, Shell

from .queries.notices import unread
from .requests import ResidentRequest

PAGES = (
    (gettext_noop("ホーム"), "identity:me"),
    (gettext_noop("お知らせ"), "identity:notices"),
    (gettext_noop("同意"), "identity:consents"),
    (gettext_noop("利用の記録"), "identity:uses"),
    (gettext_noop("パスキー"), "identity:passkeys"),
    (gettext_noop("端末"), "identity:sessions"),
    (gettext_noop("登録情報"), "identity:profile"),
)


def shell_for(request: HttpRequest) -> Shell:
    if not request.user.is_authenticated:
        return Shell(surface="identity")
    return Shell(
        surface="identity",
        person=_("本人"),
        home_url=reverse("identity:me"),
        sign_out_url=reverse("identity:sign_out"),
        clock_url=reverse("identity:clock"),
        nav=[_item(request, label, name) for label, name in PAGES],
    )


def _item(request: HttpRequest, label: str, name: str) -> NavItem:
    url = reverse(name)
    exact = name == "identity:me"
    active = request.path == url or (not exact and request.path.startswith(url))
    return NavItem(_(label), url, active, badge=_unread(request) if name == "identity:notices" else None)


def _unread(request: HttpRequest) -> int | None:
    """An error page may be drawn when the context is closed already."""
    citizen_id = cast(ResidentRequest, request).actor.citizen_id
    return unread(citizen_id) if citizen_id and context.current() else None
