"""Reports of the secretariat: choose, preview, run, look, take along."""

from functools import cached_property
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.files import links
from consortium.language import fiscal_year
from consortium.membership.requests import PortalRequest
from consortium.reporting import exports, papers, presentation, queries, words
from consortium.reporting.actions import record_download, request_report
from consortium.reporting.forms import ReportForm
from consortium.reporting.models import ReportRun
from consortium.reporting.permissions import ReportingPermission
from consortium.reporting.tables import BandLines, MemberLines, PrefectureLines, RunTable
from consortium.tabular.responses import OK, file_response, wanted_form
from consortium.tabular.writer import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView

HTMX_REFRESH = "HX-Refresh"


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("横断集計"), reverse("reporting:runs") if more else ""), *more]


class Runs(TemplateView):
    permission = ReportingPermission.RUN
    template_name = "reporting/runs.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        table = RunTable(self.request, queries.runs())
        return super().get_context_data(table=table, crumbs=crumbs(), **kwargs)


class NewReport(FormView):
    """GET with a choice shows whom the report would cover; POST starts it."""

    request: PortalRequest
    permission = ReportingPermission.RUN
    form_class = ReportForm
    template_name = "reporting/new.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.request.method == "GET" and "indicator" in self.request.GET:
            kwargs["data"] = self.request.GET
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(crumbs=crumbs(Crumb(_("新しい集計"))), **kwargs)
        form = context["form"]
        if form.is_bound and form.is_valid():
            chosen = form.cleaned_data
            context["indicator"] = chosen["indicator"]
            context["year"] = fiscal_year(chosen["fiscal_year"])
            context["coverage"] = queries.coverage(chosen["indicator"], chosen["fiscal_year"])
        return context

    def perform(self, form: BaseForm) -> str:
        run = request_report(
            by=self.request.actor,
            indicator=form.cleaned_data["indicator"],
            fiscal_year=form.cleaned_data["fiscal_year"],
        )
        return reverse("reporting:run", args=[run.pk])


class _OneRun(TemplateView):
    request: PortalRequest
    permission = ReportingPermission.RUN

    @cached_property
    def run(self) -> ReportRun:
        return get_object_or_404(queries.runs(), pk=self.kwargs["run"])

    @property
    def finished_run(self) -> ReportRun:
        if self.run.result is None:
            raise Http404("Not done yet.")
        return self.run

    def progress(self) -> dict[str, object]:
        job = self.run.job
        waiting = job.state == "queued"
        return {
            "run": self.run,
            "job": job,
            "percent": None if waiting else job.percent,
            "progress_url": reverse("reporting:run_progress", args=[self.run.pk]),
            "progress_label": _("順番を待っています") if waiting else _("集計しています"),
            "progress_note": _("まもなく集計を始めます。") if waiting else words.step(job.message),
        }


class Run(_OneRun):
    """Progress while it lasts, then the result."""

    template_name = "reporting/run.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        run = self.run
        context = super().get_context_data(**kwargs) | self.progress()
        context["title"] = f"{run.indicator.label} {fiscal_year(run.fiscal_year)}"
        context["crumbs"] = crumbs(Crumb(str(context["title"])))
        context["error"] = words.error(run.job.error) if run.job.state == "failed" else ""
        if run.result is not None:
            context |= self._result(run)
        return context

    def _result(self, run: ReportRun) -> dict[str, object]:
        result = run.result or {}
        unit = str(run.indicator.get_unit_display())
        total = presentation.total_line(run)
        lines = presentation.member_lines(run)
        return {
            "members": MemberLines(self.request, lines, unit=unit, total=total) if lines else None,
            "prefectures": PrefectureLines(
                self.request, presentation.group_lines(run, "prefecture"), unit=unit
            ),
            "bands": BandLines(self.request, presentation.group_lines(run, "band"), unit=unit),
            "total": total,
            "coverage": result["coverage"],
            "suppressed": result["suppressed"],
            "rule": exports.suppression_rule(run.definition),
            "unit": unit,
            "facts": [Fact(name, text) for name, text in exports.definition(run)],
            "paper_url": self._paper_url(run),
            "has_chart": bool(presentation.chart_of(run)),
            "fictional": run.fictional,
        }

    def _paper_url(self, run: ReportRun) -> str:
        """Empty once the paper's time is over."""
        paper = papers.kept_for(run)
        return links.url_of(self.request, paper.purpose, paper.pk) if paper else ""


class Progress(_OneRun):
    """The bar alone, for polling; at the end the page is told to reload."""

    template_name = "reporting/progress.html"

    def get(self, request: Any, *args: object, **kwargs: object) -> HttpResponse:
        response = self.render_to_response(self.progress())
        if not self.run.job.is_open:
            response[HTMX_REFRESH] = "true"
        return response


class Chart(_OneRun):
    def get(self, request: Any, *args: object, **kwargs: object) -> HttpResponse:
        svg = presentation.chart_of(self.finished_run)
        if not svg:
            raise Http404("Nothing to draw.")
        return HttpResponse(svg, content_type="image/svg+xml")


class Csv(_OneRun):
    default = Form.CSV

    def get(self, request: Any, *args: object, **kwargs: object) -> HttpResponse:
        form = wanted_form(request) or self.default
        run = self.finished_run
        response = file_response(request, form, _stem(run), *exports.sheets(run))
        if response.status_code == OK:
            record_download(by=self.request.actor, run=run, form=form)
        return response


class Workbook(Csv):
    default = Form.XLSX


def _stem(run: ReportRun) -> str:
    return f"{run.indicator.key}-{run.fiscal_year}-{str(run.pk)[:8]}"
