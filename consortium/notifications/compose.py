"""A notice in the words of its reader's language, on the screen and in a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from consortium.tenancy.models import Municipality
from consortium.ui.context_processors import site_name

from .kinds import Kind, kind_of
from .post import Letter, written

SALT: Final = "consortium.notifications.unsubscribe"


@dataclass(frozen=True)
class Line:
    """What a notice says. path: of the page it leads to, or empty."""

    kind: Kind
    text: str
    path: str
    place: str = ""
    when: datetime | None = None


def line(
    kind_key: str,
    values: Mapping[str, Any],
    target: Mapping[str, Any],
    municipality: Municipality | None,
    when: datetime | None = None,
) -> Line:
    """Raises KeyError for a kind that no package declares."""
    kind = kind_of(kind_key)
    place = municipality.name if municipality else ""
    return Line(kind, kind.text(values), path_of(kind, target, municipality), place, when)


def path_of(kind: Kind, target: Mapping[str, Any], municipality: Municipality | None) -> str:
    """Empty where the kind leads nowhere, or its page is gone."""
    arguments = {**target, **({"code": municipality.code} if municipality else {})}
    try:
        return reverse(kind.url, kwargs=arguments) if kind.url else ""
    except NoReverseMatch:
        return ""


def letter(said: Line, user: Any) -> Letter:
    """One notice as a mail, in the language of its reader."""
    category = kind_of(said.kind.key).category
    values = {"name": user.name, "line": said, "url": _absolute(said.path), **_foot()}
    if not category.fixed:
        values["unsubscribe_url"] = unsubscribe_url(user, category.key)
    whole = written("notifications/email/notice", values, to=user.email, languages=[user.language])
    return Letter(whole.to, whole.subject, whole.text, _one_click(values.get("unsubscribe_url", "")))


def digest(lines: Sequence[Line], user: Any) -> Letter:
    """Several notices in one mail, oldest first."""
    items = [(said, _absolute(said.path)) for said in lines]
    values = {"name": user.name, "items": items, **_foot(), "unsubscribe_url": unsubscribe_url(user, "")}
    whole = written("notifications/email/digest", values, to=user.email, languages=[user.language])
    return Letter(whole.to, whole.subject, whole.text, _one_click(values["unsubscribe_url"]))


def unsubscribe_url(user: Any, category: str) -> str:
    """category: "" for the digest as a whole."""
    token = signing.dumps([str(user.pk), category], salt=SALT)
    return _absolute(reverse("notifications:unsubscribe", args=[token]))


def unsubscribed(token: str) -> tuple[str, str]:
    """(account, category). Raises BadSignature."""
    account, category = signing.loads(token, salt=SALT)
    return account, category


def _one_click(url: str) -> dict[str, str]:
    """RFC 8058."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _absolute(path: str) -> str:
    return f"{settings.PORTAL_URL}{path}" if path else ""


def _foot() -> dict[str, str]:
    return {"site": site_name(), "preferences_url": _absolute(reverse("notifications:preferences"))}


def unknown() -> str:
    """For a notice of a package that is no longer installed."""
    return _("このお知らせは表示できません。")
