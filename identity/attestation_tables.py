"""The list of what was attested."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .labels import ATTRIBUTES
from .models import AttestationBatch, BatchState

TONES: Final[dict[str, Tone]] = {
    BatchState.PREPARED: "warning",
    BatchState.FAULTY: "danger",
    BatchState.ISSUED: "success",
    BatchState.CHECKING: "info",
    BatchState.APPLYING: "info",
}


class BatchTable(Table[AttestationBatch]):
    id = "batches"
    caption = _("資格の証明")
    order = "-prepared"

    def columns(self) -> Iterable[Column[AttestationBatch]]:
        return (
            Column(
                "title",
                _("件名"),
                lambda one: cells.link(one.title, f"{one.pk}/"),
                sort=("title",),
                head=True,
            ),
            Column("attribute", _("証明する資格"), lambda one: ATTRIBUTES.get(one.attribute, one.attribute)),
            Column("found", _("人数"), people, number=True),
            Column("by", _("準備した職員"), lambda one: one.prepared_by_name, sort=("prepared_by_name",)),
            Column("prepared", _("準備"), lambda one: cells.moment(one.prepared_at), sort=("prepared_at",)),
            Column("state", _("状態"), state, nowrap=True),
        )


def people(batch: AttestationBatch) -> object:
    """Before it is issued the lines of the file: how many of them matched is not told."""
    issued = batch.state in {BatchState.ISSUED, BatchState.REVOKED}
    return cells.number(batch.found if issued else batch.total)


def state(batch: AttestationBatch) -> object:
    if batch.revoke_row is not None:
        return cells.tag(_("取消しの確認待ち"), "warning")
    icon = "check" if batch.state == BatchState.ISSUED else ""
    return cells.tag(batch.get_state_display(), TONES.get(batch.state, ""), icon=icon)
