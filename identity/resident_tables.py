"""Lists on residents' pages."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consortium.ui import cells
from consortium.ui.tables import Column, Table

from .models import ResidentNotice
from .queries.notices import Told, told
from .queries.sessions import SignedIn


class SessionTable(Table[SignedIn]):
    """This device first, then the one used last."""

    id = "sessions"
    caption = _("サインイン中の端末の一覧")

    def __init__(self, request: HttpRequest, rows: list[SignedIn]) -> None:
        self.present = request.session.session_key
        super().__init__(request, sorted(rows, key=lambda one: one.key != self.present))

    def columns(self) -> Iterable[Column[SignedIn]]:
        return (
            Column("device", _("ブラウザー"), self._device, head=True),
            Column("begun", _("サインイン"), lambda one: cells.moment(one.begun_at)),
            Column("used", _("最後の操作"), lambda one: cells.moment(one.active_at)),
            Column("end", _("操作"), template="identity/parts/end_session.html"),
        )

    def _device(self, one: SignedIn) -> object:
        device = one.device or _("不明なブラウザー")
        if one.key != self.present:
            return device
        return format_html("{} {}", device, cells.tag(_("この端末"), "info"))


class NoticeTable(Table[ResidentNotice]):
    """Newest first."""

    id = "notices"
    caption = _("お知らせ")
    per_page = 20

    def columns(self) -> Iterable[Column[ResidentNotice]]:
        return (
            Column("when", _("日時"), lambda one: cells.moment(one.created_at), nowrap=True),
            Column("text", _("内容"), lambda one: _said(told(one))),
            Column("state", _("状態"), _read, nowrap=True),
        )


def _said(one: Told) -> object:
    text = cells.link(one.text, one.path) if one.path else one.text
    return format_html('{}<br><span class="small soft">{}</span>', text, one.category)


def _read(notice: ResidentNotice) -> object:
    if notice.read_at is None:
        return cells.tag(_("未読"), "info")
    return format_html('<span class="soft">{}</span>', _("既読"))
