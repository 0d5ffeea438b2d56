"""実行ボード: of one own plan, and of all that are carried out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui import cells
from consortium.ui.parts import Crumb, Tone
from shared_plans.charts import KpiChart, kpi_chart, spending_chart
from shared_plans.domain.board import Clock, Kpi, KpiYear, Line, Milestone, Standing, Sums
from shared_plans.labels import CHOICES
from shared_plans.models import Blocker, Phase, Plan, PlanStatus
from shared_plans.permissions import PlansPermission
from shared_plans.queries.blockers import days_to_clear, open_blockers, resolved_blockers
from shared_plans.queries.board import Board, boards, clock, executing_plans
from shared_plans.queries.decisions import Waiting, decisions_waiting
from shared_plans.showing import year_text

from .blockers import blocker_url
from .pages import OnePlan, plan_url, tenant_url

TONES: dict[Standing, tuple[Tone, str]] = {
    Standing.LATE: ("danger", "warning"),
    Standing.SOON: ("warning", "clock"),
    Standing.AHEAD: ("", ""),
    Standing.DONE: ("success", "check"),
}


@dataclass(frozen=True)
class Mark:
    """A tag."""

    label: str
    tone: Tone = ""
    icon: str = ""


@dataclass(frozen=True)
class MilestoneLine:
    milestone: Milestone
    mark: Mark
    url: str = ""


@dataclass(frozen=True)
class KpiLine:
    """id: of its table on the page."""

    id: str
    kpi: Kpi
    chart: KpiChart | None
    years: list[tuple[str, str, str, Mark]]
    url: str = ""


@dataclass(frozen=True)
class BudgetLine:
    line: Line
    year: str
    cost: str
    funding: str
    url: str = ""


@dataclass(frozen=True)
class BlockerLine:
    """days: open, or until it was resolved."""

    blocker: Blocker
    days: int
    mark: Mark
    url: str


@dataclass(frozen=True)
class PlanLine:
    board: Board
    url: str
    blockers: int


class OneBoard(OnePlan, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/board.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        time = clock()
        (board,) = boards([self.plan], time)
        blockers, resolved = open_blockers([self.plan]), resolved_blockers([self.plan])
        lines = [self._milestone(one, time) for one in board.milestones]
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "board": board,
            "is_executing": self.plan.phase == Phase.EXECUTING,
            "may_write": self.request.actor.can(PlansPermission.WRITE),
            "decisions": waiting_lines(self._decisions(), time.today),
            "late": board.count(Standing.LATE),
            "soon": board.count(Standing.SOON),
            "milestones": [one for one in lines if one.milestone.standing is not Standing.DONE],
            "done": [one for one in lines if one.milestone.standing is Standing.DONE],
            "kpis": [self._kpi(f"kpi-{place}", one) for place, one in enumerate(board.kpis, 1)],
            "spending": board.spending,
            "spending_chart": spending_chart(board.spending),
            "budget": [self._budget(one) for one in board.spending.lines],
            "sums": sums_by(board),
            "blockers": [blocker_line(self.request, one, time.today) for one in blockers],
            "resolved": [blocker_line(self.request, one, time.today) for one in resolved],
            "days_to_clear": days_to_clear(resolved),
            "crumbs": self.crumbs(Crumb(_("実行ボード"))),
        }

    def _decisions(self) -> list[Waiting]:
        if self.plan.status != PlanStatus.IN_REVIEW:
            return []
        return [one for one in decisions_waiting() if one.plan.pk == self.plan.pk]

    def _url(self, name: str, **more: str) -> str:
        """Empty for whom, or while, nothing can be recorded."""
        if self.plan.phase != Phase.EXECUTING or not self.request.actor.can(PlansPermission.WRITE):
            return ""
        return plan_url(self.request, name, self.plan, **more)

    def _milestone(self, one: Milestone, time: Clock) -> MilestoneLine:
        url = self._url("record_milestone", clause=one.clause, row=one.row)
        return MilestoneLine(one, standing_mark(one.standing, one.days_late(time.today)), url)

    def _kpi(self, html_id: str, kpi: Kpi) -> KpiLine:
        years = [
            (year_text(one.year), number(one.target), number(one.actual), actual_mark(one))
            for one in kpi.years
        ]
        return KpiLine(html_id, kpi, kpi_chart(kpi), years, self._url("record_actual", clause=kpi.clause))

    def _budget(self, line: Line) -> BudgetLine:
        return BudgetLine(
            line,
            year_text(line.year) if line.year else "",
            str(CHOICES.get(line.cost, line.cost)),
            str(CHOICES.get(line.funding, line.funding)),
            self._url("record_spending", clause=line.clause),
        )


class Boards(TemplateView):
    """All own plans that are carried out, decisions that wait, and blockers of every own plan."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/boards.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        time = clock()
        found = boards(executing_plans(), time)
        blockers, resolved = open_blockers(), resolved_blockers()
        return {
            **super().get_context_data(**kwargs),
            "plans": [self._plan(one, blockers) for one in found],
            "late": [line for one in found for line in self._late(one, time)],
            "decisions": waiting_lines(decisions_waiting(), time.today),
            "blockers": [blocker_line(self.request, one, time.today) for one in blockers],
            "days_to_clear": days_to_clear(resolved),
            "crumbs": [Crumb(_("DX推進計画"), tenant_url(self.request, "plans")), Crumb(_("実行ボード"))],
        }

    def _plan(self, board: Board, blockers: Iterable[Blocker]) -> PlanLine:
        own = sum(one.plan_id == board.plan.pk for one in blockers)
        return PlanLine(board, plan_url(self.request, "board", board.plan), own)

    def _late(self, board: Board, time: Clock) -> list[tuple[Plan, MilestoneLine]]:
        url = plan_url(self.request, "board", board.plan)
        return [
            (board.plan, MilestoneLine(one, standing_mark(one.standing, one.days_late(time.today)), url))
            for one in board.milestones
            if one.standing in {Standing.LATE, Standing.SOON}
        ]


def standing_mark(standing: Standing, days: int) -> Mark:
    labels = {
        Standing.LATE: _("%(days)s日超過") % {"days": days},
        Standing.SOON: _("期日が近い"),
        Standing.AHEAD: _("これから"),
        Standing.DONE: _("達成"),
    }
    return Mark(labels[standing], *TONES[standing])


def actual_mark(year: KpiYear) -> Mark:
    if year.is_missing:
        return Mark(_("実績が未記録"), "warning", "warning")
    if year.is_met is None:
        return Mark(_("これから") if year.actual is None else _("目標なし"))
    return Mark(_("達成"), "success", "check") if year.is_met else Mark(_("未達"), "danger", "warning")


def number(value: Any) -> str:
    return cells.number(value.normalize() + 0) if value is not None else ""


def sums_by(board: Board) -> list[tuple[str, str, list[tuple[str, Sums]]]]:
    """By fiscal year, 費用区分 and 財源: id of the table, its title and rows."""
    found = board.spending
    years = {year_text(year) if year else _("年度なし"): one for year, one in found.by_year.items()}
    return [
        ("by-year", _("年度"), list(years.items())),
        ("by-cost", _("費用区分"), list(_named(found.by_cost).items())),
        ("by-funding", _("財源"), list(_named(found.by_funding).items())),
    ]


def _named(sums: Mapping[str, Sums]) -> dict[str, Sums]:
    return {str(CHOICES.get(key, key)) or _("区分なし"): one for key, one in sums.items()}


def blocker_line(request: PortalRequest, one: Blocker, today: date) -> BlockerLine:
    days = ((one.resolved_on or today) - one.raised_on).days
    return BlockerLine(one, days, _blocker_mark(one, today), blocker_url(request, one))


def _blocker_mark(one: Blocker, today: date) -> Mark:
    if one.resolved_on:
        return Mark(_("解消"), "success", "check")
    if one.due and one.due < today:
        return Mark(_("%(days)s日超過") % {"days": (today - one.due).days}, "danger", "warning")
    return Mark(_("対応中"), "info")


def waiting_lines(waiting: Iterable[Waiting], today: date) -> list[tuple[Waiting, int, Mark]]:
    return [(one, one.days(today), _waiting_mark(one, today)) for one in waiting]


def _waiting_mark(one: Waiting, today: date) -> Mark:
    if one.is_overdue(today) and one.due_on:
        return Mark(_("%(days)s日超過") % {"days": (today - one.due_on).days}, "danger", "warning")
    return Mark(_("期日内"), "info") if one.due_on else Mark(_("期日の約束なし"))
