"""採用の系譜: who took over what from whom, at which revision, as a picture and as a table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.language import place_name
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.tenancy.models import Municipality
from consortium.ui.parts import Crumb
from shared_plans.domain.lineage import Link, Spot, layout
from shared_plans.models import PlanRevision
from shared_plans.queries.adoptions import MAX_PLANS, Step, lineage, names_of, readable

from .library import OneRevision
from .pages import OnePlan, tenant_url

BOX, TALL, ACROSS, DOWN, EDGE = 176, 60, 72, 20, 8
LONGEST = 12
"""Characters of a name that fit into a box."""


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    name: str
    title: str
    is_here: bool

    @property
    def text_x(self) -> int:
        return self.x + 12


@dataclass(frozen=True)
class Line:
    path: str
    label_x: int
    label_y: int
    number: int


@dataclass(frozen=True)
class Picture:
    """In pixels. width, height: of the whole."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


@dataclass(frozen=True)
class Row:
    here: str
    here_url: str
    source: str
    source_url: str
    number: int
    whole: bool


class _Lineage(TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/lineage.html"

    @property
    def plan_id(self) -> UUID:
        raise NotImplementedError

    @cached_property
    def taken(self) -> list[Step]:
        return lineage(self.plan_id)

    @cached_property
    def owners(self) -> dict[UUID, int]:
        return {
            plan: owner
            for step in self.taken
            for plan, owner in ((step.source, step.source_municipality), (step.here, step.here_municipality))
        }

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        places = names_of(self.owners.values())
        revisions = readable(self.owners)
        adopters = {step.here_municipality for step in self.taken if step.source == self.plan_id}
        return {
            **super().get_context_data(**kwargs),
            "rows": [self._row(step, places, revisions) for step in self.taken],
            "picture": picture(self.taken, self.plan_id, self._labels(places, revisions)),
            "adopters": len(adopters),
            "is_cut": len(self.taken) >= MAX_PLANS,
        }

    def _labels(
        self, places: Mapping[int, Municipality], revisions: dict[UUID, PlanRevision]
    ) -> dict[UUID, tuple[str, str]]:
        return {
            plan: (_named(places, owner), revisions[plan].title if plan in revisions else "")
            for plan, owner in self.owners.items()
        }

    def _row(
        self, step: Step, places: Mapping[int, Municipality], revisions: dict[UUID, PlanRevision]
    ) -> Row:
        return Row(
            _named(places, step.here_municipality),
            self._url(revisions.get(step.here)),
            _named(places, step.source_municipality),
            self._url(revisions.get(step.source)),
            step.number,
            step.whole,
        )

    def _url(self, revision: PlanRevision | None) -> str:
        if revision is None:
            return ""
        return tenant_url(self.request, "library_plan", revision=revision.pk)


class PlanLineage(OnePlan, _Lineage):
    request: PortalRequest

    @property
    def plan_id(self) -> UUID:
        return UUID(str(self.plan.pk))

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        crumbs = self.crumbs(Crumb(_("採用の系譜")))
        return {**super().get_context_data(**kwargs), "title": self.plan.title, "crumbs": crumbs}


class LibraryLineage(OneRevision, _Lineage):
    request: PortalRequest

    @property
    def plan_id(self) -> UUID:
        return UUID(str(self.revision.plan_id))

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        crumbs = self.crumbs(Crumb(_("採用の系譜")))
        return {**super().get_context_data(**kwargs), "title": self.revision.title, "crumbs": crumbs}


def _named(places: Mapping[int, Municipality], owner: int) -> str:
    """Facts stay when a municipality leaves the registry."""
    found = places.get(owner)
    return place_name(found) if found else _("登録のない自治体")


def picture(steps: Collection[Step], here: UUID, labels: dict[UUID, tuple[str, str]]) -> Picture:
    links = [Link(str(step.source), str(step.here), step.number) for step in steps]
    spots = {spot.plan: spot for spot in layout(links)}
    boxes = [_box(spot, labels[UUID(plan)], UUID(plan) == here) for plan, spot in spots.items()]
    return Picture(
        width=max((box.x for box in boxes), default=0) + BOX + EDGE,
        height=max((box.y for box in boxes), default=0) + TALL + EDGE,
        boxes=boxes,
        lines=[_line(spots[link.source], spots[link.here], link.number) for link in links],
    )


def _box(spot: Spot, label: tuple[str, str], is_here: bool) -> Box:
    name, title = (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for text in label)
    return Box(*_corner(spot), name=name, title=title, is_here=is_here)


def _corner(spot: Spot) -> tuple[int, int]:
    return EDGE + spot.column * (BOX + ACROSS), EDGE + spot.row * (TALL + DOWN)


def _line(source: Spot, target: Spot, number: int) -> Line:
    (x1, y1), (x2, y2) = _corner(source), _corner(target)
    x1, y1, y2 = x1 + BOX, y1 + TALL // 2, y2 + TALL // 2
    middle = (x1 + x2) // 2
    path = f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
    return Line(path, x2 - 8, y2 - 8, number)
