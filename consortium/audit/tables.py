"""The event log as a list. It is paged by its queries: a growing log has no stable page numbers."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.ui import cells
from consortium.ui.tables import Column, Table

from .presentation import Line


class EventTable(Table[Line]):
    id = "events"
    caption = gettext_lazy("操作記録")

    def columns(self) -> Iterable[Column[Line]]:
        return (
            Column("when", gettext_lazy("日時"), _when, nowrap=True),
            Column("what", gettext_lazy("操作"), lambda line: line.what),
            Column("target", gettext_lazy("対象"), lambda line: line.target),
            Column("seal", gettext_lazy("封印"), _seal),
        )


def _when(line: Line) -> object:
    """To the second: the order of deeds matters in a log."""
    local = localtime(line.when)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, "Y-m-d H:i:s"))


def _seal(line: Line) -> object:
    if line.seal is None:
        return cells.tag(_("封印待ち"), icon="clock")
    return cells.tag(_("済(第%(number)s号)") % {"number": line.seal}, "success", icon="check")
