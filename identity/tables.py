"""The counter's lists of enrolments under way, and what services were told of sign-outs. They name nobody."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .models import Inquiry, LogoutNotice, LogoutState
from .queries.counter import Case

TONES: Final[dict[str, Tone]] = {LogoutState.DELIVERED: "success", LogoutState.DEAD: "danger"}
ERRORS: Final[Mapping[str, Promise]] = {
    "timeout": _("時間内に応答がありません"),
    "unreachable": _("接続できません"),
    "no_address": _("通知先が登録されていません"),
    "interrupted": _("処理が中断されました"),
    "no_key": _("署名鍵がありません"),
}


class PendingTable(Table[Case]):
    """Waiting for the second clerk."""

    id, prefix, caption = "pending", "pending-", _("確認を待つ登録")

    def columns(self) -> Iterable[Column[Case]]:
        return (
            Column(
                "number",
                _("受付番号"),
                lambda case: cells.link(case.number, f"{case.citizen_id}/"),
                head=True,
                nowrap=True,
            ),
            Column(
                "examined", _("登録日時"), lambda case: cells.moment(case.examined_at), sort=("examined_at",)
            ),
            Column("by", _("登録した職員"), lambda case: case.examined_by, sort=("examined_by",)),
            Column("evidence", _("確認した書類"), lambda case: case.evidence),
            Column("state", _("状態"), template="identity/counter/state_of_row.html"),
        )


class WaitingTable(PendingTable):
    """Confirmed, and without a passkey yet."""

    id, prefix, caption = "waiting", "waiting-", _("パスキーの登録を待つ人")


class LogoutTable(Table[LogoutNotice]):
    id = "logouts"
    caption = _("サインアウトの通知")
    order = "-created"

    def columns(self) -> Iterable[Column[LogoutNotice]]:
        return (
            Column(
                "created",
                _("発生"),
                lambda one: cells.moment(one.created_at),
                sort=("created_at",),
                head=True,
            ),
            Column("cause", _("きっかけ"), lambda one: one.get_cause_display(), nowrap=True),
            Column("state", _("状態"), _state),
            Column("attempts", _("試行回数"), lambda one: one.attempts, number=True),
            Column("error", _("最後の失敗"), _error),
            Column("ended", _("完了"), lambda one: cells.moment(one.ended_at)),
        )


def _state(notice: LogoutNotice) -> object:
    icon = "check" if notice.state == LogoutState.DELIVERED else ""
    return cells.tag(notice.get_state_display(), TONES.get(notice.state, "info"), icon=icon)


def _error(notice: LogoutNotice) -> str:
    """An HTTP status or a code of identity.backchannel, in words."""
    if notice.error.isdecimal():
        return gettext("サービスの応答 %(status)s") % {"status": notice.error}
    return str(ERRORS.get(notice.error, notice.error))


class InquiryTable(Table[Inquiry]):
    """Names nobody; what was written is not in it."""

    id = "inquiries"
    caption = _("住民からの問い合わせ")
    order = "due"

    def columns(self) -> Iterable[Column[Inquiry]]:
        return (
            Column(
                "received",
                _("受付"),
                lambda one: cells.link(cells.moment(one.received_at), f"{one.pk}/"),
                sort=("received_at",),
                head=True,
            ),
            Column("subject", _("種類"), lambda one: one.get_subject_display()),
            Column("recipient", _("相手"), lambda one: one.recipient),
            Column("due", _("回答の期限"), lambda one: cells.day(one.due_on), sort=("due_on",)),
            Column("state", _("状態"), lambda one: one.get_state_display(), sort=("state",)),
        )


class OverdueTable(Table[Inquiry]):
    """For the secretariat."""

    id = "overdue"
    caption = _("回答が遅れている問い合わせ")
    order = "due"

    def columns(self) -> Iterable[Column[Inquiry]]:
        return (
            Column("municipality", _("自治体"), lambda one: one.municipality.name, head=True),
            Column("subject", _("種類"), lambda one: one.get_subject_display()),
            Column("recipient", _("相手"), lambda one: one.recipient),
            Column("due", _("回答の期限"), lambda one: cells.day(one.due_on), sort=("due_on",)),
            Column("state", _("状態"), lambda one: one.get_state_display(), sort=("state",)),
        )
