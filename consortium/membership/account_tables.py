"""The lists about getting into an account: recoveries, passkeys, devices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .models import Recovery


class RecoveryTable(Table[Recovery]):
    id = "recoveries"
    caption = _("回復の手続")

    def __init__(self, request: HttpRequest, rows: list[Recovery], *, url: Callable[[Recovery], str]) -> None:
        super().__init__(request, rows)
        self.url_of = url

    def columns(self) -> Iterable[Column[Recovery]]:
        return (
            Column(
                "user", _("対象の職員"), lambda one: cells.link(one.user.name, self.url_of(one)), head=True
            ),
            Column("by", _("手続を始めた職員"), lambda one: one.opened_by_name),
            Column("opened", _("開始日時"), lambda one: cells.moment(one.opened_at), sort=("opened_at",)),
            Column("state", _("状態"), lambda one: cells.tag(*recovery_state(one))),
        )


def recovery_state(recovery: Recovery) -> tuple[StrOrPromise, Tone]:
    """In words, with its tone."""
    if recovery.used_at:
        return _("完了"), "success"
    if recovery.stopped_at:
        return _("中止"), "warning"
    if recovery.can_be_used:
        return _("本人の手続待ち"), "info"
    return (_("確認待ち"), "info") if recovery.waits else (_("期限切れ"), "warning")


@dataclass(frozen=True, slots=True)
class SignedIn:
    session: UserSession
    device: str
    is_current: bool


class SessionTable(Table[SignedIn]):
    """Where an account is signed in."""

    id = "sessions"
    caption = _("サインイン中の端末の一覧")

    def columns(self) -> Iterable[Column[SignedIn]]:
        return (
            Column("device", _("ブラウザー"), _device, head=True),
            Column("ip", _("IPアドレス"), lambda one: one.session.ip),
            Column("begun", _("サインイン"), lambda one: cells.moment(one.session.created_at)),
            Column("used", _("最後の操作"), lambda one: cells.moment(one.session.last_seen_at)),
            Column("end", _("操作"), template="membership/parts/end_session.html"),
        )


def _device(signed_in: SignedIn) -> object:
    if not signed_in.is_current:
        return signed_in.device
    return format_html("{} {}", signed_in.device, cells.tag(_("この端末"), "info"))


class PasskeyTable(Table[Authenticator]):
    id = "passkeys"
    caption = _("登録したパスキー")
    hide_caption = False

    def columns(self) -> Iterable[Column[Authenticator]]:
        return (
            Column("name", _("名前"), lambda one: one.wrap().name, head=True),
            Column("added", _("登録日"), lambda one: cells.day(one.created_at)),
            Column("used", _("最後に使った日"), lambda one: cells.day(one.last_used_at)),
            Column("change", _("操作"), template="membership/parts/change_passkey.html"),
        )
