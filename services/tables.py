"""The secretariat's lists of components and third-party services."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium.search import match, search
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table, summed

from .forms import ComponentFilter, RelyingPartyFilter
from .models import Component, Release, RelyingParty, RelyingPartyStatus

TONES: Final[dict[str, Tone]] = {
    RelyingPartyStatus.APPROVED: "success",
    RelyingPartyStatus.SUSPENDED: "danger",
}


class ComponentTable(Table[Component]):
    id = "components"
    caption = _("登録された部品")
    filter_class = ComponentFilter

    def columns(self) -> Iterable[Column[Component]]:
        return (
            Column("name", _("名称"), _component_link, head=True),
            Column("sector", _("分野"), lambda one: one.get_sector_display(), sort=("sector", "code")),
            Column("provider", _("提供者"), lambda one: one.provider),
            Column(
                "adopters",
                _("導入自治体数"),
                lambda one: cells.number(one.adopters),
                export=lambda one: one.adopters,
                sort=("adopters",),
                number=True,
                total=lambda rows: cells.number(summed("adopters")(rows)),
            ),
        )

    def filtered(self, rows: QuerySet[Component], chosen: dict[str, Any]) -> QuerySet[Component]:
        if q := chosen.get("q"):
            rows = search(rows, q)
        return rows.filter(sector=chosen["sector"]) if "sector" in chosen else rows


def _component_link(component: Component) -> object:
    url = reverse("services:catalogue_component", kwargs={"component": component.code})
    return cells.link(component.name, url)


class ReleaseTable(Table[Release]):
    id = "releases"
    caption = _("公開された版")

    def columns(self) -> Iterable[Column[Release]]:
        return (
            Column("version", _("版"), lambda one: one.version, head=True),
            Column("on", _("公開日"), lambda one: cells.day(one.published_at), nowrap=True),
            Column("notes", _("変更内容"), template="services/_notes.html"),
        )


class RelyingPartyTable(Table[RelyingParty]):
    id = "services"
    caption = _("登録されたサービス")
    filter_class = RelyingPartyFilter

    def columns(self) -> Iterable[Column[RelyingParty]]:
        return (
            Column("name", _("名称"), _party_link, head=True),
            Column("sector", _("分野"), lambda one: one.get_sector_display(), sort=("sector", "component")),
            Column("component", _("共通部品"), lambda one: one.component.name),
            Column(
                "status",
                _("状態"),
                status_tag,
                sort=("status",),
            ),
        )

    def filtered(self, rows: QuerySet[RelyingParty], chosen: dict[str, Any]) -> QuerySet[RelyingParty]:
        if q := chosen.get("q"):
            rows = match(rows, q, "name_ja", "name_en", "client_id")
        return rows.filter(status=chosen["status"]) if "status" in chosen else rows


def _party_link(party: RelyingParty) -> object:
    return cells.link(party.name, reverse("services:relying_party", kwargs={"client_id": party.client_id}))


def status_tag(party: RelyingParty) -> object:
    icon = "check" if party.status == RelyingPartyStatus.APPROVED else ""
    return cells.tag(party.get_status_display(), TONES.get(party.status, "info"), icon=icon)
