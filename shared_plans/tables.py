"""The list of the own plans."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium.search import match
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .forms import PlanFilter
from .models import Plan, PlanStatus

TONES: Final[dict[str, tuple[Tone, str]]] = {
    PlanStatus.PUBLISHED: ("success", "check"),
    PlanStatus.IN_REVIEW: ("warning", "clock"),
}


@dataclass(frozen=True)
class File:
    """An attached file; `remove` is empty where it can't be taken off."""

    title: str
    name: str
    kind: str
    size: str
    url: str
    remove: str = ""


class AttachmentTable(Table[File]):
    id = "attachment-list"
    caption = _("添付資料")

    def columns(self) -> Iterable[Column[File]]:
        return (
            Column("title", _("資料名"), lambda one: one.title, head=True),
            Column("file", _("ファイル"), template="shared_plans/_file.html"),
            Column("deed", _("操作"), template="shared_plans/_file_links.html"),
        )


class PlanTable(Table[Plan]):
    """Of the municipality with the code; last touched first."""

    id = "plans"
    caption = _("自らの計画")
    order = "-updated"
    filter_class = PlanFilter

    def __init__(self, request: Any, rows: QuerySet[Plan], *, code: str) -> None:
        super().__init__(request, rows)
        self.code = code

    def columns(self) -> Iterable[Column[Plan]]:
        return (
            Column("title", _("計画の名称"), self._link, head=True),
            Column(
                "years",
                _("計画期間"),
                lambda plan: f"{plan.year_from}–{plan.year_to}",
                sort=("year_from", "year_to"),
                nowrap=True,
            ),
            Column("status", _("状態"), status_tag, sort=("status", "updated_at")),
            Column(
                "phase", _("実行の状況"), lambda plan: plan.get_phase_display(), sort=("phase", "updated_at")
            ),
            Column("drafter", _("起案者"), lambda plan: plan.drafted_by_name, sort=("drafted_by_name",)),
            Column(
                "updated",
                _("更新日"),
                lambda plan: cells.day(plan.updated_at),
                export=lambda plan: plan.updated_at,
                sort=("updated_at",),
                nowrap=True,
            ),
        )

    def filtered(self, rows: QuerySet[Plan], chosen: dict[str, Any]) -> QuerySet[Plan]:
        if q := chosen.get("q"):
            rows = match(rows, q, "title")
        return rows.filter(status=chosen["status"]) if "status" in chosen else rows

    def _link(self, plan: Plan) -> object:
        return cells.link(plan.title, reverse("shared_plans:plan", args=[self.code, plan.pk]))


def status_tag(plan: Plan) -> object:
    tone, icon = TONES.get(plan.status, ("info", ""))
    return cells.tag(plan.get_status_display(), tone, icon=icon)
