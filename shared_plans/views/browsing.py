"""The library: what all members have published, searched and narrowed, similar ones first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.language import place_name
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.tenancy.models import Prefecture
from consortium.ui.parts import Tab
from shared_plans.labels import ASPECTS
from shared_plans.library_forms import ADOPTED, AREAS, FISCAL, POPULATIONS, RESULTS, Labels, LibraryForm
from shared_plans.models import NationalItem, PlanRevision
from shared_plans.queries.adoptions import adopters
from shared_plans.queries.facets import Found, Owner
from shared_plans.queries.framework import named_items
from shared_plans.queries.library import LibraryFilter, measured

from .pages import PER_PAGE, tenant_url


@dataclass(frozen=True)
class Entry:
    """One plan on the page. reasons: in what its municipality is like the reader's."""

    revision: PlanRevision
    place: str
    items: str
    score: int
    reasons: str
    is_own: bool
    is_measured: bool
    adopters: int


@dataclass(frozen=True)
class Narrowing:
    """A facet in force, and the address without it."""

    label: str
    url: str


class Library(TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/library.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        chosen = self._chosen()
        wanted = LibraryFilter(**chosen)
        found = Found(wanted, tenant_of(self.request), newest=self._newest)
        page = Paginator(found.rows, PER_PAGE).get_page(self.request.GET.get("page"))
        self.form.count(found.facets)
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "page": page,
            "entries": self._entries(list(page), found),
            "filtered": wanted != LibraryFilter(),
            "narrowings": self._narrowings(chosen),
            "compare_url": tenant_url(self.request, "compare"),
            "tabs": tabs(self.request, "library"),
        }

    @cached_property
    def form(self) -> LibraryForm:
        given = {name: self.request.GET.get(name, "") for name in LibraryForm.base_fields}
        return LibraryForm(given, labels=labels(self._items))

    @cached_property
    def _items(self) -> list[NationalItem]:
        return named_items()

    @property
    def _newest(self) -> bool:
        return self.form.is_valid() and self.form.cleaned_data["order"] == "new"

    def _chosen(self) -> dict[str, str]:
        """What is wrong narrows nothing and is told at its field."""
        self.form.is_valid()
        values = {name: self.form.cleaned_data.get(name, "") for name in vars(LibraryFilter())}
        return {name: value for name, value in values.items() if value}

    def _entries(self, rows: list[PlanRevision], found: Found) -> list[Entry]:
        own, with_effect = tenant_of(self.request).pk, measured(one.plan_id for one in rows)
        titles = {item.key: item.title for item in self._items}
        adopted = adopters(one.plan_id for one in rows)
        return [
            Entry(
                one,
                owner_name(one),
                _("、").join(titles.get(key, key) for key in one.item_keys),
                found.owners[one.municipality_id].likeness.score,
                reasons_of(found.owners[one.municipality_id]),
                one.municipality_id == own,
                one.plan_id in with_effect,
                adopted.get(one.plan_id, 0),
            )
            for one in rows
        ]

    def _narrowings(self, chosen: Mapping[str, str]) -> list[Narrowing]:
        return [
            Narrowing(self._words(name, value), without(self.request.GET, name))
            for name, value in chosen.items()
        ]

    def _words(self, name: str, value: str) -> str:
        text = self.form.labels[name].get(value, value) if name in self.form.labels else value
        return _("%(label)s: %(value)s") % {"label": self.form.fields[name].label, "value": text}


def labels(items: list[NationalItem]) -> dict[str, Labels]:
    """Words of every facet's values."""
    return {
        "item": {item.key: item.title for item in items},
        "area": AREAS,
        "population": POPULATIONS,
        "prefecture": {one.code: place_name(one) for one in Prefecture.objects.order_by("code")},
        "fiscal": FISCAL,
        "adopters": ADOPTED,
        "results": RESULTS,
    }


def owner_name(revision: PlanRevision) -> str:
    owner = revision.municipality
    return f"{place_name(owner.prefecture)} {place_name(owner)}"


def reasons_of(owner: Owner) -> str:
    return _("、").join(str(ASPECTS[aspect]) for aspect in owner.likeness.reasons)


def without(query: QueryDict, *names: str) -> str:
    """The same address without these parameters, from its first page on."""
    kept = query.copy()
    for name in (*names, "page"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


def tabs(request: PortalRequest, active: str) -> list[Tab]:
    """Of the library: plans and success cases."""
    named: dict[str, Any] = {"library": _("計画"), "cases": _("成功事例")}
    return [Tab(label, tenant_url(request, name), active=name == active) for name, label in named.items()]
