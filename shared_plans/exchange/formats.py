"""The formats in which a plan is handed out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _

from shared_plans.domain.plan_file import PlanFile, to_text
from shared_plans.models import FrameworkEdition, NationalItem
from shared_plans.showing import sections, year_text

from . import markdown, workbook


@dataclass(frozen=True)
class Export:
    """withheld: kinds of clauses that the file lacks because they are private."""

    file: PlanFile
    edition: FrameworkEdition
    items: list[NationalItem]
    withheld: Iterable[str] = ()
    attribution: str = ""


@dataclass(frozen=True)
class Format:
    label: str
    suffix: str
    content_type: str
    make: Callable[[Export], bytes]


def _json(export: Export) -> bytes:
    return to_text(export.file).encode()


def _xlsx(export: Export) -> bytes:
    return workbook.write(export.file, {item.key: item.title for item in export.items})


def _markdown(export: Export) -> bytes:
    file = export.file
    facts = [
        (_("計画期間"), f"{year_text(file.year_from)} – {year_text(file.year_to)}"),
        (_("国の計画の版"), export.edition.title),
        *([(_("採用元"), export.attribution)] if export.attribution else []),
    ]
    shown = sections(file.content, export.items, withheld=list(export.withheld))
    return markdown.write(file.title, facts, shown).encode()


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "xlsx": Format("Excel", "xlsx", workbook.CONTENT_TYPE, _xlsx),
        "json": Format("JSON", "json", "application/json", _json),
        "md": Format("Markdown", "md", "text/markdown; charset=utf-8", _markdown),
    }
)
