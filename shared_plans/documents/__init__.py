"""DX推進計画 as the paper a municipality publishes."""

from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.dates import formal_date
from consortium.documents.paper import Paper, paragraphs
from consortium.domain.calendar import FiscalYear
from consortium.language import fiscal_year
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import from_json
from shared_plans.models import PlanRevision
from shared_plans.queries.framework import items_of
from shared_plans.showing import Shown, sections

TEMPLATE: Final = Path(__file__).with_name("plan.typ")


def plan_data(revision: PlanRevision, issuer: Municipality) -> dict[str, Any]:
    """Everything the paper shows, in the language of the thread; reads the framework's items.

    The paper is for everybody who may read the revision: of private sections it says that they are.
    """
    paper = Paper(
        title=revision.title,
        issuer=issuer.name,
        issued_on=timezone.localdate(revision.published_at),
        facts=_facts(revision),
        fictional=issuer.fictional,
    )
    return paper.data(
        period=_years(revision),
        edition=_("第%(number)s版") % {"number": revision.number},
        reason=paragraphs(revision.reason),
        sections=_sections(revision),
        attachments=[{"title": one["title"], "name": one["name"]} for one in revision.attachments],
        colophon=_colophon(revision),
        words=_words(),
    )


def _years(revision: PlanRevision) -> str:
    first, last = fiscal_year(revision.year_from), fiscal_year(revision.year_to)
    return _("%(first)sから%(last)sまで") % {"first": first, "last": last}


def _facts(revision: PlanRevision) -> list[tuple[str, str]]:
    return [
        (_("計画期間"), _years(revision)),
        (_("国の計画の版"), revision.edition.title),
        (_("版"), _("第%(number)s版") % {"number": revision.number}),
        (_("公表日"), formal_date(timezone.localdate(revision.published_at))),
        *([(_("採用元"), revision.attribution)] if revision.attribution else []),
    ]


def _sections(revision: PlanRevision) -> list[dict[str, Any]]:
    document = from_json(revision.content)
    return [
        {
            "title": section.title,
            "groups": [
                {"title": title, "clauses": [_clause(one) for one in clauses]}
                for title, clauses in section.groups
            ],
            "note": _("この項目は公開していません。") if section.withheld else "",
        }
        for section in sections(document, items_of(revision.edition), formal_date, revision.private_kinds)
    ]


def _clause(one: Shown) -> dict[str, Any]:
    return {
        "title": one.title,
        "texts": [{"label": label, "text": paragraphs(text)} for label, text in one.texts],
        "facts": [{"label": fact.label, "value": str(fact.value)} for fact in one.facts],
        "lines": [{"label": lines.label, "head": lines.head, "rows": lines.rows} for lines in one.lines],
    }


def _colophon(revision: PlanRevision) -> list[dict[str, str]]:
    year = FiscalYear.of(timezone.localdate(revision.published_at)).year
    lines = [
        (_("公表した年度"), fiscal_year(year)),
        (_("起案"), revision.drafted_by_name),
        (_("決裁"), revision.approved_by_name),
        (_("照合番号"), revision.hash),
    ]
    return [{"label": label, "value": value} for label, value in lines]


def _words() -> dict[str, str]:
    return {
        "contents": _("目次"),
        "reason": _("改訂の理由"),
        "attachments": _("添付資料"),
        "number": _("番号"),
        "title": _("資料名"),
        "file": _("ファイル名"),
        "colophon": _("この計画について"),
        "check": _("照合番号は、計画の内容から計算した値(SHA-256)です。内容が同じであれば同じ値になります。"),
    }
