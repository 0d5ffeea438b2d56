"""The report queue: runs with the report login, which sees figures and no person."""

from typing import Any

from django.utils import timezone, translation

from consortium.celery import app
from consortium.domain.disclosure_control import Rules
from consortium.jobs.base import JobTask, Steps
from consortium.jobs.models import Job
from consortium.notifications.announce import notify
from consortium.notifications.audience import account
from consortium.tenancy import context

from . import chart, notices, papers, words
from .figures import Figures, figures
from .models import Indicator, ReportRun, Unit
from .table import Measure, build

RESULT = ("result", "charts", "definition", "cut_off", "fictional")


class ReportTask(JobTask):
    abstract = True

    def opened(self) -> context.Opened:
        self.carried()
        return context.report()


class RunReport(ReportTask):
    """Aggregate, control, draw, store. Nothing uncontrolled is ever written."""

    name = "consortium.reporting.tasks.run_report"
    total = 5

    def failed(self, job: Job) -> None:
        """The sweeper, who may have to tell, reads no run: what the notice says is with the job."""
        told = dict(job.arguments)
        target = {"run": told.pop("run")}
        notify(notices.FAILED, to=account(job.requested_by), values=told, target=target)

    def work(self, steps: Steps) -> None:
        with steps.step(0, "aggregating") as job:
            run = ReportRun.objects.select_related("indicator").get(pk=job.arguments["run"])
            cut_off = timezone.now()
            found = figures(run.indicator_id, run.fiscal_year, timezone.localdate(cut_off))
        with steps.step(1, "controlling"):
            table = build(found.members, measure(run.indicator))
        with steps.step(2, "drawing"):
            pass  # seen by whoever waits; drawing needs no database
        charts = draw(table, run.indicator)
        with steps.step(3, "printing"):
            pass  # neither does setting the pages
        fill(run, found, result=table, charts=charts, cut_off=cut_off)
        pages = papers.printed(run)
        with steps.last(4, "storing"):
            _store(run, pages)


def measure(indicator: Indicator) -> Measure:
    return Measure(
        counts_people=indicator.counts_people,
        is_share=indicator.unit == Unit.PERCENT,
        rules=Rules(threshold=indicator.threshold, min_members=indicator.min_members),
    )


def draw(table: dict[str, Any], indicator: Indicator) -> dict[str, str]:
    """A chart per language: of members, or of prefectures where members are too many or not shown."""
    by_member = indicator.min_members == 1 and len(table["rows"]) <= chart.MOST_BARS
    cells = table["rows"] if by_member else table["groups"]["prefecture"]
    drawn = {}
    for language, key in (("ja", "name"), ("en", "romaji")):
        with translation.override(language):
            axis = f"{indicator.label} ({Unit(indicator.unit).label})"
            drawn[language] = chart.bars(cells, key, axis, words.marks()) if cells else ""
    return drawn


def fill(run: ReportRun, found: Figures, **values: Any) -> None:
    """Put the outcome on the run, which is not saved by that; values: result, charts, cut_off."""
    indicator = run.indicator
    run.fictional = found.fictional
    run.definition = {
        name: getattr(indicator, name)
        for name in (
            "key",
            "label_ja",
            "label_en",
            "unit",
            "definition_ja",
            "definition_en",
            "source",
            "threshold",
            "min_members",
        )
    }
    for name, value in values.items():
        setattr(run, name, value)


def _store(run: ReportRun, pages: dict[str, bytes]) -> None:
    ReportRun.objects.filter(pk=run.pk).update(**{name: getattr(run, name) for name in RESULT})
    papers.keep(run, pages)
    told = notices.values(run.indicator, run.fiscal_year)
    notify(notices.FINISHED, to=account(run.requested_by), values=told, target={"run": run.pk})


run_report: RunReport = app.register_task(RunReport())
