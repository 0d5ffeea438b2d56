"""Lists about single sign-on."""

from collections.abc import Iterable
from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consortium.language import place_name
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .models import BreakGlass, DomainState, SsoDomain, SsoLink

TONES: Final[dict[str, Tone]] = {
    DomainState.WAITING: "info",
    DomainState.CONFIRMED: "success",
    DomainState.REFUSED: "warning",
}


class OwnDomainTable(Table[SsoDomain]):
    """Those that one municipality has asked for."""

    id = "domains"
    caption = _("職員のメールアドレスのドメイン")

    def columns(self) -> Iterable[Column[SsoDomain]]:
        return (
            Column("domain", _("ドメイン"), lambda one: one.domain, head=True),
            Column("state", _("状態"), lambda one: cells.tag(one.get_state_display(), TONES[one.state])),
            Column("reason", _("理由"), lambda one: one.reason if one.state == DomainState.REFUSED else ""),
        )


class ExceptionTable(Table[BreakGlass]):
    id = "exceptions"
    caption = _("非常用の管理者")

    def columns(self) -> Iterable[Column[BreakGlass]]:
        return (
            Column("name", _("氏名"), lambda one: one.user.name, head=True),
            Column("email", _("メールアドレス"), lambda one: one.user.email),
            Column("clear", _("操作"), template="sso/parts/clear_exception.html"),
        )


class LinkTable(Table[SsoLink]):
    id, prefix = "links", "links-"
    caption = _("連携済みの職員")

    def columns(self) -> Iterable[Column[SsoLink]]:
        return (
            Column("name", _("氏名"), lambda one: one.user.name, head=True),
            Column("linked", _("連携した日"), lambda one: cells.day(one.linked_at), sort=("linked_at",)),
            Column("used", _("最後の利用"), lambda one: cells.moment(one.used_at), sort=("used_at",)),
            Column("unlink", _("操作"), template="sso/parts/unlink.html"),
        )


class ClaimTable(Table[tuple[str, object]]):
    """What the provider sent, as it names it."""

    id = "claims"
    caption = _("届いたクレーム")

    def columns(self) -> Iterable[Column[tuple[str, object]]]:
        return (
            Column("name", _("名前"), lambda one: _foreign(one[0]), head=True),
            Column("value", _("値"), lambda one: _foreign(one[1])),
        )


def _foreign(text: object) -> object:
    return format_html('<span translate="no">{}</span>', text)


class DomainTable(Table[SsoDomain]):
    """Those that all municipalities have asked for."""

    id = "domains"
    caption = _("シングルサインオンのドメインの一覧")

    def columns(self) -> Iterable[Column[SsoDomain]]:
        return (
            Column("domain", _("ドメイン"), _link, sort=("domain",), head=True),
            Column("municipality", _("自治体"), lambda one: place_name(one.municipality)),
            Column("by", _("登録した人"), lambda one: one.asked_by),
            Column(
                "asked",
                _("登録日時"),
                lambda one: cells.moment(one.asked_at),
                sort=("asked_at",),
                nowrap=True,
            ),
        )


def _link(one: SsoDomain) -> object:
    return cells.link(one.domain, reverse("sso:domain", args=[one.pk]))
