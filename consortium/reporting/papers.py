"""A run as a paper: its chart, tables and terms, made with the figures and kept for a while."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.documents.paper import Paper
from consortium.documents.typesetting import render
from consortium.domain.file_names import clean_name
from consortium.domain.file_types import FileKind
from consortium.files.keeping import keep_for_the_body
from consortium.files.models import BodyFile
from consortium.files.purposes import Purpose, register
from consortium.files.queries import bodys_made_of
from consortium.language import fiscal_year
from consortium.tenancy.actor import system_actor

from . import exports, presentation
from .models import ReportRun
from .permissions import ReportingPermission
from .presentation import Line

TEMPLATE: Final = Path(__file__).with_name("paper.typ")
LANGUAGES: Final = ("ja", "en")
REPORT_PAPER: Final = register(
    Purpose(
        key="report_paper",
        label=gettext_lazy("横断集計の報告書"),
        kinds=frozenset({FileKind.PDF}),
        permission=ReportingPermission.RUN,
        audited=True,
    )
)


def printed(run: ReportRun) -> dict[str, bytes]:
    """The paper in each language. The run holds its result already."""
    pages = {}
    for language in LANGUAGES:
        with translation.override(language):
            pages[language] = render(TEMPLATE, paper_data(run), made_at=run.cut_off or run.created_at)
    return pages


def keep(run: ReportRun, pages: Mapping[str, bytes]) -> None:
    expires_at = timezone.now() + timedelta(days=settings.REPORT_DAYS)
    for language, content in pages.items():
        with translation.override(language):
            name = clean_name(f"{_title(run)}.pdf")
        keep_for_the_body(
            by=system_actor("reports"),
            purpose=REPORT_PAPER,
            name=name,
            kind=FileKind.PDF,
            content=content,
            about=run.pk,
            language=language,
            expires_at=expires_at,
        )


def kept_for(run: ReportRun) -> BodyFile | None:
    """In the language of the reader."""
    language = (translation.get_language() or "ja")[:2]
    return bodys_made_of(run.pk, REPORT_PAPER.key, language)


def paper_data(run: ReportRun) -> dict[str, Any]:
    """What the paper shows, in the language of the thread."""
    paper = Paper(
        title=run.indicator.label,
        subtitle=fiscal_year(run.fiscal_year),
        issuer=settings.SITE_NAME,
        issued_on=timezone.localdate(run.cut_off),
        facts=[(name, text) for name, text in exports.definition(run)],
        fictional=run.fictional,
    )
    chart = presentation.chart_of(run)
    return paper.data(
        summary=_summary(run),
        rule=exports.suppression_rule(run.definition) if (run.result or {})["suppressed"] else "",
        chart=chart,
        tables=_tables(run),
        words={
            "chart": _("グラフ"),
            "chart_alt": _("%(title)sの棒グラフ。数値は下の表にあります。") % {"title": _title(run)},
            "definition": _("定義と集計時点"),
        },
    )


def _title(run: ReportRun) -> str:
    return f"{run.indicator.label} {fiscal_year(run.fiscal_year)}"


def _summary(run: ReportRun) -> list[dict[str, str]]:
    total, coverage = presentation.total_line(run), (run.result or {})["coverage"]
    lines = [
        (_("全会員の%(kind)s") % {"kind": total.kind}, _figure(run, total)),
        (_("報告済の団体"), f"{coverage['reported']} / {coverage['members']}"),
        (_("秘匿した値"), str((run.result or {})["suppressed"])),
    ]
    return [{"label": label, "value": value} for label, value in lines]


def _tables(run: ReportRun) -> list[dict[str, Any]]:
    value = _("値")
    members = presentation.member_lines(run)
    groups = [
        _table(
            _("団体別"),
            [_("コード"), _("名称"), _("都道府県"), value],
            [[line.code, line.name, line.prefecture, _figure(run, line)] for line in members],
        )
    ]
    for title, grouping in ((_("都道府県別"), "prefecture"), (_("人口規模別"), "band")):
        lines = presentation.group_lines(run, grouping)
        rows = [[line.name, str(line.members), _figure(run, line)] for line in lines]
        groups.append(_table(title, [_("名称"), _("団体数"), value], rows))
    return [group for group in groups if group["rows"]]


def _table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    wide = 1 if len(headings) > 3 else 0
    return {"title": title, "headings": list(headings), "wide": wide, "rows": [list(row) for row in rows]}


def _figure(run: ReportRun, line: Line) -> str:
    """With its unit; or why there is none."""
    if line.value is None:
        return line.mark
    return f"{line.value.normalize():,f} {run.indicator.get_unit_display()}"
