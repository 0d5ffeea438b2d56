"""A run's table and its definition, to be taken along as files."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.language import fiscal_year
from consortium.tabular.writer import Sheet, Value

from .models import ReportRun, Unit
from .presentation import Line, lines, localised


def sheets(run: ReportRun) -> tuple[Sheet, Sheet]:
    """集計 and 定義."""
    table = Sheet(_("集計"), _headings(), [_row(line) for line in lines(run)], run.fictional)
    return table, Sheet(_("定義"), [], list(definition(run)), run.fictional)


def _headings() -> list[str]:
    return [_("区分"), _("コード"), _("名称"), _("都道府県"), _("人口規模"), _("値"), _("備考")]


def _row(line: Line) -> list[Value]:
    return [line.kind, line.code, line.name, line.prefecture, line.band, line.value, line.mark]


def definition(run: ReportRun) -> Iterator[tuple[str, str]]:
    """What the figures mean, from when they are, and what was kept secret: pairs of a name and a text."""
    terms = run.definition
    yield _("指標"), localised(terms, "label")
    yield _("年度"), fiscal_year(run.fiscal_year)
    yield _("単位"), str(Unit(terms["unit"]).label)
    yield _("定義"), localised(terms, "definition")
    yield _("出典"), terms["source"]
    if run.cut_off:
        yield _("集計時点"), f"{timezone.localtime(run.cut_off):%Y-%m-%d %H:%M}"
    yield _("秘匿の規則"), suppression_rule(terms)
    if run.fictional:
        yield _("注記"), _("架空のデモデータ")


def suppression_rule(terms: dict[str, Any]) -> str:
    """In words, for the reader of a table."""
    parts = []
    if terms["unit"] in {Unit.PERSONS, Unit.COUNT}:
        parts.append(_("%(least)s未満の数値(0を除く)は秘匿します。") % {"least": terms["threshold"]})
    if terms["min_members"] > 1:
        parts.append(
            _("%(least)s団体未満の集計値は秘匿します。団体別の値は示しません。")
            % {"least": terms["min_members"]}
        )
    parts.append(_("秘匿した値を合計から逆算できないよう、ほかの値も秘匿することがあります。"))
    return "".join(parts)
