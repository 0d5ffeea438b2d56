"""The counter's lists of enrolments under way. They name nobody."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from consortium.ui import cells
from consortium.ui.tables import Column, Table

from .queries.counter import Case


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
