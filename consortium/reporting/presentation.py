"""A run's table as lines that pages and files share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import words
from .models import ReportRun, Unit


@dataclass(frozen=True)
class Line:
    """kind: 団体, 都道府県, 人口規模 or 合計. mark: why there is no value, in words."""

    kind: str
    code: str
    name: str
    prefecture: str
    band: str
    members: int
    value: Decimal | None
    mark: str

    @property
    def is_suppressed(self) -> bool:
        return self.mark == words.marks()["suppressed"]


def lines(run: ReportRun) -> list[Line]:
    """Members by code, then prefectures, population bands and the total."""
    return [*member_lines(run), *group_lines(run, "prefecture"), *group_lines(run, "band"), total_line(run)]


def member_lines(run: ReportRun) -> list[Line]:
    """None where single municipalities' figures are not shown."""
    if run.definition["min_members"] > 1:
        return []
    return [
        _line(
            cell,
            kind=_("団体"),
            code=cell["code"],
            name=localised_name(cell),
            prefecture=cell["prefecture_romaji"] if _is_english() else cell["prefecture"],
            band=words.band(cell["band"]),
        )
        for cell in _table(run)["rows"]
    ]


def group_lines(run: ReportRun, grouping: str) -> list[Line]:
    """grouping: "prefecture" or "band"."""
    return list(_group_lines(run, grouping))


def _group_lines(run: ReportRun, grouping: str) -> Iterator[Line]:
    for cell in _table(run)["groups"][grouping]:
        if grouping == "prefecture":
            name = localised_name(cell)
            yield _line(cell, kind=_("都道府県"), code=cell["group"], name=name, prefecture=name)
        else:
            name = words.band(cell["group"])
            yield _line(cell, kind=_("人口規模"), name=name, band=name)


def total_line(run: ReportRun) -> Line:
    table = _table(run)
    kind = _("単純平均") if run.definition["unit"] == Unit.PERCENT else _("合計")
    cell = {**table["total"], "members": table["coverage"]["members"]}
    return _line(cell, kind=kind, name=_("全会員"))


def localised(terms: Mapping[str, Any], name: str) -> str:
    """`label_ja` or `label_en`, whichever is the reader's."""
    return str(terms[f"{name}_{'en' if _is_english() else 'ja'}"])


def localised_name(cell: Mapping[str, Any]) -> str:
    return str(cell["romaji"] if _is_english() else cell["name"])


def chart_of(run: ReportRun) -> str:
    """SVG in the reader's language; empty when there was nothing to draw."""
    return str(run.charts.get("en" if _is_english() else "ja", ""))


def _table(run: ReportRun) -> dict[str, Any]:
    return run.result or {}


def _line(
    cell: Mapping[str, Any], *, kind: str, name: str, code: str = "", prefecture: str = "", band: str = ""
) -> Line:
    return Line(
        kind=kind,
        code=code,
        name=name,
        prefecture=prefecture,
        band=band,
        members=cell.get("members", 1),
        value=None if cell["value"] is None else Decimal(cell["value"]),
        mark=words.marks().get(cell["mark"], ""),
    )


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
