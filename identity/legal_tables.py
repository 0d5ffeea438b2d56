"""The list of disclosures by order of law."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from consortium.dates import calendar_date
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .models import EntryState, LegalEntry

TONES: Final[dict[str, Tone]] = {EntryState.PREPARED: "warning", EntryState.ENTERED: "success"}


class LegalEntryTable(Table[LegalEntry]):
    id = "legal-entries"
    caption = _("法令による提供")
    order = "-prepared"

    def columns(self) -> Iterable[Column[LegalEntry]]:
        return (
            Column(
                "receipt",
                _("受付番号"),
                lambda one: cells.link(one.receipt, f"{one.pk}/"),
                head=True,
                nowrap=True,
            ),
            Column("authority", _("提供先の機関"), lambda one: one.authority, sort=("authority",)),
            Column(
                "disclosed",
                _("提供した日時"),
                lambda one: cells.moment(one.disclosed_at),
                sort=("disclosed_at",),
            ),
            Column(
                "visible", _("本人への表示"), lambda one: calendar_date(one.visible_on) or _("すぐに表示")
            ),
            Column("prepared", _("準備"), lambda one: cells.moment(one.prepared_at), sort=("prepared_at",)),
            Column("state", _("状態"), state, nowrap=True),
        )


def state(entry: LegalEntry) -> object:
    icon = "check" if entry.state == EntryState.ENTERED else ""
    return cells.tag(entry.get_state_display(), TONES.get(entry.state, ""), icon=icon)
