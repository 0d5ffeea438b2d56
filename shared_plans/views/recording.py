"""Recording what is done: a milestone, a KPI's actual, what was spent of a budget line."""

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.dates import calendar_date
from consortium.membership.requests import PortalRequest
from consortium.ui import cells
from consortium.ui.parts import Crumb, Event, Fact
from consortium.ui.views import FormView
from shared_plans.actions import record_actual, record_milestone, record_spending
from shared_plans.board_forms import DONE, KEEP, ActualForm, MilestoneForm, SpendingForm
from shared_plans.domain.board import day_of, milestone_row, targets_of
from shared_plans.domain.document import Clause, Document, Row
from shared_plans.domain.kinds import Kind
from shared_plans.models import ExecutionRecord, Phase, RecordKind
from shared_plans.permissions import PlansPermission
from shared_plans.queries.board import document_in_force, history_of
from shared_plans.showing import year_text

from .pages import OnePlan, plan_url, this_year


class _Record(OnePlan, FormView):
    """Of what the path names in the plan in force."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/record.html"
    kind: ClassVar[RecordKind]
    clause_kind: ClassVar[Kind]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and self.plan.phase != Phase.EXECUTING:
            messages.info(self.request, _("実行中の計画にだけ記録できます。"))
            return HttpResponseRedirect(self.back)
        return super().dispatch(request, *args, **kwargs)

    @property
    def back(self) -> str:
        return plan_url(self.request, "board", self.plan)

    @cached_property
    def document(self) -> Document:
        return document_in_force(self.plan)

    @cached_property
    def clause(self) -> Clause:
        found = self.document.clause(str(self.kwargs["clause"]))
        if found is None or found.kind is not self.clause_kind:
            raise Http404("Not in the plan in force.")
        return found

    def heading(self) -> str:
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title, row = self.heading(), str(self.kwargs.get("row", ""))
        records = history_of(self.plan, self.kind, self.clause.id, row)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "heading": title,
            "facts": self.facts(),
            "history": [_event(one) for one in records],
            "back": self.back,
            "crumbs": self.crumbs(Crumb(_("実行ボード"), self.back), Crumb(title)),
        }

    def done(self) -> str:
        messages.success(self.request, _("記録しました。"))
        return self.back


class RecordMilestone(_Record):
    request: PortalRequest
    form_class = MilestoneForm
    kind = RecordKind.MILESTONE
    clause_kind = Kind.INITIATIVE

    @cached_property
    def row(self) -> Row:
        found = milestone_row(self.document, str(self.kwargs["clause"]), str(self.kwargs["row"]))
        if found is None:
            raise Http404("Not in the plan in force.")
        return found[1]

    def heading(self) -> str:
        return _("節目の記録")

    def get_initial(self) -> dict[str, Any]:
        return {"outcome": DONE, "day": timezone.localdate()}

    def facts(self) -> list[Fact]:
        due = day_of(self.row.values.get("due"))
        return [
            Fact(_("節目"), self.row.values.get("title", "")),
            Fact(_("施策"), self.clause.text("title")),
            Fact(_("期日"), calendar_date(due) if due else _("なし")),
        ]

    def perform(self, form: BaseForm) -> str:
        given = form.cleaned_data
        day = given["day"] if given["outcome"] == DONE else None
        record_milestone(
            by=self.request.actor,
            plan=self.plan,
            clause=str(self.kwargs["clause"]),
            row=str(self.kwargs["row"]),
            day=day,
            note=given["note"],
        )
        return self.done()


class RecordActual(_Record):
    request: PortalRequest
    form_class = ActualForm
    kind = RecordKind.ACTUAL
    clause_kind = Kind.KPI

    def heading(self) -> str:
        return _("実績値の記録")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "years": self.years}

    @cached_property
    def years(self) -> list[int]:
        """Of the plan and of the targets, up to this one; the latest first."""
        planned = range(self.plan.year_from, self.plan.year_to + 1)
        years = {year for year in (*planned, *targets_of(self.clause)) if year <= this_year()}
        return sorted(years or {this_year()}, reverse=True)

    def facts(self) -> list[Fact]:
        targets = sorted(targets_of(self.clause).items())
        texts = [f"{year_text(year)} {cells.number(value)}" for year, value in targets]
        return [
            Fact(_("指標"), self.clause.text("title")),
            Fact(_("単位"), self.clause.text("measure")),
            Fact(_("年度ごとの目標"), _("、").join(texts)),
        ]

    def perform(self, form: BaseForm) -> str:
        given = form.cleaned_data
        keeps = given["outcome"] == KEEP
        record_actual(
            by=self.request.actor,
            plan=self.plan,
            clause=str(self.kwargs["clause"]),
            year=given["year"],
            value=given["value"] if keeps else None,
            source=given["source"] if keeps else "",
            note=given["note"],
        )
        return self.done()


class RecordSpending(_Record):
    request: PortalRequest
    form_class = SpendingForm
    kind = RecordKind.SPENDING
    clause_kind = Kind.BUDGET

    def heading(self) -> str:
        return _("執行額の記録")

    def get_initial(self) -> dict[str, Any]:
        return {"outcome": KEEP, "day": timezone.localdate()}

    def facts(self) -> list[Fact]:
        year = self.clause.number("year")
        amount = cells.number(self.clause.number("amount") or 0)
        return [
            Fact(_("予算"), self.clause.text("title")),
            Fact(_("年度"), year_text(year) if year else ""),
            Fact(_("予算額"), _("%(amount)s円") % {"amount": amount}),
        ]

    def perform(self, form: BaseForm) -> str:
        given = form.cleaned_data
        keeps = given["outcome"] == KEEP
        record_spending(
            by=self.request.actor,
            plan=self.plan,
            clause=str(self.kwargs["clause"]),
            amount=int(given["amount"]) if keeps else None,
            day=given["day"] if keeps else None,
            source=given["source"],
            note=given["note"],
        )
        return self.done()


def _event(one: ExecutionRecord) -> Event:
    more = [one.source, one.note]
    return Event(_what(one), one.recorded_at, one.recorded_by_name, " ".join(part for part in more if part))


def _what(one: ExecutionRecord) -> str:
    year = f"{year_text(one.fiscal_year)} " if one.fiscal_year else ""
    if one.kind == RecordKind.MILESTONE:
        return _("%(day)sに達成") % {"day": calendar_date(one.day)} if one.day else _("記録の取消し")
    if one.value is None:
        return _("%(year)s記録の取消し") % {"year": year}
    return f"{year}{cells.number(one.value.normalize() + 0)}"
