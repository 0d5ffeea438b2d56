"""The lists of figures and reports, and a report's own tables."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from consortium.language import fiscal_year
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .forms import FigureFilter, RunFilter
from .models import Observation, ReportRun
from .presentation import Line

STATES: Final[dict[str, tuple[Tone, str]]] = {"done": ("success", "check"), "failed": ("danger", "")}
PLACES: Final = 2


class FigureTable(Table[Observation]):
    """The open municipality's own figures."""

    id = "figures"
    caption = _("記録した実績値")
    hide_caption = False
    order = "-year"
    filter_class = FigureFilter

    def columns(self) -> Iterable[Column[Observation]]:
        return (
            Column(
                "indicator", _("指標"), lambda one: one.indicator.label, sort=("indicator__key",), head=True
            ),
            Column(
                "year",
                _("年度"),
                lambda one: fiscal_year(one.fiscal_year),
                sort=("fiscal_year", "indicator__key"),
                nowrap=True,
            ),
            Column("value", _("値"), _value, number=True, export=_exported),
            Column("source", _("出典"), _source, export=lambda one: one.source),
            Column(
                "recorded",
                _("記録日"),
                lambda one: cells.day(one.recorded_at),
                export=lambda one: one.recorded_at,
                sort=("recorded_at",),
                nowrap=True,
            ),
        )

    def make_form(self, data: Any) -> FigureFilter:
        years = self.all_rows.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
        return FigureFilter(data, years=[(str(year), fiscal_year(year)) for year in years])

    def filtered(self, rows: QuerySet[Observation], chosen: dict[str, Any]) -> QuerySet[Observation]:
        if year := chosen.get("year"):
            rows = rows.filter(fiscal_year=year)
        return rows.filter(indicator=chosen["indicator"]) if "indicator" in chosen else rows


def _value(figure: Observation) -> object:
    if figure.value is None:
        return figure.get_status_display()
    return cells.number(figure.value.normalize(), figure.indicator.get_unit_display())


def _exported(figure: Observation) -> object:
    """As the import reads it."""
    return figure.get_status_display() if figure.value is None else figure.value.normalize()


def _source(figure: Observation) -> object:
    if not figure.fictional:
        return figure.source
    return format_html("{} {}", figure.source or "—", cells.tag(_("架空"), "warning"))


class RunTable(Table[ReportRun]):
    id = "runs"
    caption = _("これまでの集計")
    hide_caption = False
    order = "-requested"
    filter_class = RunFilter

    def columns(self) -> Iterable[Column[ReportRun]]:
        return (
            Column("indicator", _("指標"), _run_link, sort=("indicator__key", "fiscal_year"), head=True),
            Column("year", _("年度"), lambda run: fiscal_year(run.fiscal_year), sort=("fiscal_year",)),
            Column("state", _("状態"), _state, sort=("job__state",)),
            Column("by", _("依頼者"), lambda run: run.requested_by_name),
            Column(
                "requested",
                _("依頼日時"),
                lambda run: cells.moment(run.created_at),
                sort=("created_at",),
                nowrap=True,
            ),
        )

    def filtered(self, rows: QuerySet[ReportRun], chosen: dict[str, Any]) -> QuerySet[ReportRun]:
        return rows.filter(indicator=chosen["indicator"])


def _run_link(run: ReportRun) -> object:
    """Runs of one indicator are told apart by year and time."""
    more = f"{fiscal_year(run.fiscal_year)} {date_format(localtime(run.created_at), 'H:i:s')}"
    return cells.link(run.indicator.label, reverse("reporting:run", args=[run.pk]), more=more)


def _state(run: ReportRun) -> object:
    tone, icon = STATES.get(run.job.state, ("info", "clock"))
    return cells.tag(run.job.get_state_display(), tone, icon=icon)


class LineTable(Table[Line]):
    """Lines of a report; `unit` heads the column of values."""

    hide_caption = False
    per_page = 100

    def __init__(self, request: HttpRequest, rows: Sequence[Line], *, unit: str) -> None:
        super().__init__(request, rows)
        self.unit = unit

    def value_column(self, total: Line | None = None) -> Column[Line]:
        return Column(
            "value",
            f"{_('値')} ({self.unit})",
            line_value,
            sort=("value",),
            number=True,
            total=(lambda _rows: line_value(total)) if total else None,
        )


class MemberLines(LineTable):
    """One line a municipality. The total is the report's own: suppressed figures count in it."""

    id = "members"
    prefix = "members-"
    caption = _("団体別")

    def __init__(self, request: HttpRequest, rows: Sequence[Line], *, unit: str, total: Line) -> None:
        super().__init__(request, rows, unit=unit)
        self.total, self.total_label = total, total.kind  # type: ignore[misc]  # the report says which

    def columns(self) -> Iterable[Column[Line]]:
        return (
            Column("name", _("団体"), lambda line: line.name, head=True),
            Column("code", _("団体コード"), lambda line: line.code, sort=("code",)),
            Column("prefecture", _("都道府県"), lambda line: line.prefecture),
            Column("band", _("人口規模"), lambda line: line.band),
            self.value_column(self.total),
        )


class GroupLines(LineTable):
    """One line a prefecture or population band."""

    def columns(self) -> Iterable[Column[Line]]:
        return (
            Column("name", self.kind, lambda line: line.name, head=True),
            Column("members", _("団体数"), lambda line: line.members, sort=("members",), number=True),
            self.value_column(),
        )

    kind = _("都道府県")


class PrefectureLines(GroupLines):
    id = "prefectures"
    prefix = "prefectures-"
    caption = _("都道府県別")


class BandLines(GroupLines):
    id = "bands"
    prefix = "bands-"
    caption = _("人口規模別")
    kind = _("人口規模")


def line_value(line: Line) -> str:
    return line.mark if line.value is None else cells.number(round(line.value, PLACES).normalize())
