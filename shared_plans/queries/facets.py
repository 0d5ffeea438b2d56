"""The library as its page shows it: facets with counts, and the plans of similar municipalities first.

Municipalities are few and plans many: what a municipality is like is judged here, over one count of plans per
municipality; the database finds, counts and pages plans by its indexes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from consortium.tenancy.models import Municipality
from shared_plans.domain.similarity import Likeness, Profile, fiscal_band, likeness, population_band
from shared_plans.models import PlanRevision

from .library import LibraryFilter, adopted_by, narrowed, with_results
from .readable import readable_revisions

ADOPTERS: Final = (1, 3, 10)
"""At least so many municipalities have adopted a plan."""
FIGURES: Final = ("population", "households", "aged_share", "fiscal_index")
OWN: Final[Mapping[str, Callable[["Owner"], str]]] = {
    "prefecture": lambda owner: owner.profile.prefecture,
    "population": lambda owner: population_band(owner.profile.population),
    "fiscal": lambda owner: fiscal_band(owner.profile.fiscal_index),
}
"""Facets that say what a municipality is like."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A municipality with plans in the library, as compared with the reader's."""

    id: int
    profile: Profile
    likeness: Likeness


class Found:
    """What answers a filter. Four statements, however many facets: plans per municipality, municipalities,
    counts of facets, one page of plans."""

    def __init__(self, wanted: LibraryFilter, reader: Municipality, *, newest: bool = False) -> None:
        self.wanted, self.reader, self.newest = wanted, reader, newest

    @cached_property
    def _counts(self) -> dict[int, int]:
        """Plans per municipality that answer all but the facets of municipalities."""
        rows = narrowed(readable_revisions(), self.wanted).order_by().values("municipality_id")
        return dict(rows.annotate(plans=Count("pk")).values_list("municipality_id", "plans"))

    @cached_property
    def owners(self) -> dict[int, Owner]:
        """Every municipality with plans in the library."""
        profiles = profiles_of(readable_revisions().order_by().values("municipality_id"), self.reader)
        own = profiles[self.reader.pk]
        return {key: Owner(key, each, likeness(own, each)) for key, each in profiles.items()}

    @cached_property
    def ranked(self) -> list[int]:
        """Municipalities that answer the whole filter: the most similar first, the own one last."""
        fitting = [one for key, one in self.owners.items() if key in self._counts and self._fits(one)]
        return [one.id for one in sorted(fitting, key=self._rank)]

    def _rank(self, owner: Owner) -> tuple[bool, int, int]:
        return owner.id == self.reader.pk, -owner.likeness.score, owner.id

    def _fits(self, owner: Owner, *, but: str = "") -> bool:
        wanted = {name: getattr(self.wanted, name) for name in OWN if name != but}
        return all(not value or OWN[name](owner) == value for name, value in wanted.items())

    @property
    def rows(self) -> "Sequence[PlanRevision] | QuerySet[PlanRevision]":
        """For a paginator."""
        rows = narrowed(readable_revisions(), self.wanted)
        if self.newest:
            return rows.filter(municipality__in=self.ranked).order_by("-published_at", "-id")
        return Ranked(rows, self.ranked, self._counts)

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """Facet → value → plans, were this value chosen and all else left as it is."""
        found = {name: self._of_owners(name) for name in OWN}
        for name, key, plans in self._of_plans():
            if plans:
                found.setdefault(name, {})[key] = plans
        return found

    def _of_owners(self, name: str) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for key, plans in self._counts.items():
            if self._fits(self.owners[key], but=name):
                counted[OWN[name](self.owners[key])] += plans
        return dict(counted)

    def _of_plans(self) -> Iterable[tuple[str, str, int]]:
        """In one statement."""
        parts = [
            self._by_key("item", "item_keys"),
            self._by_key("area", "area_keys"),
            self._one("results", "1", plan_id__in=with_results()),
            *(self._one("adopters", str(least), plan_id__in=adopted_by(least)) for least in ADOPTERS),
        ]
        first, *more = parts
        yield from first.union(*more, all=True)

    def _but(self, facet: str) -> QuerySet[PlanRevision]:
        rows = narrowed(readable_revisions(), self.wanted, but=facet).order_by()
        if not any(getattr(self.wanted, name) for name in OWN):
            return rows
        return rows.filter(municipality__in=[key for key, one in self.owners.items() if self._fits(one)])

    def _by_key(self, facet: str, field: str) -> Any:
        key = Func(
            F(field), function="jsonb_array_elements_text", output_field=TextField(), set_returning=True
        )
        rows = self._but(facet).annotate(facet=Value(facet), key=key).values("facet", "key")
        return rows.annotate(plans=Count("pk")).values_list("facet", "key", "plans")

    def _one(self, facet: str, key: str, **condition: Any) -> Any:
        rows = self._but(facet).filter(**condition).annotate(facet=Value(facet), key=Value(key))
        return rows.values("facet", "key").annotate(plans=Count("pk")).values_list("facet", "key", "plans")


class Ranked(Sequence[PlanRevision]):
    """Rows municipality by municipality in a given order, newest first within each."""

    def __init__(self, rows: QuerySet[PlanRevision], order: list[int], counts: Mapping[int, int]) -> None:
        self._rows, self._order, self._counts = rows, order, counts

    def __len__(self) -> int:
        return sum(self._counts[key] for key in self._order)

    def __getitem__(self, wanted: Any) -> Any:
        """Of a slice; reads the plans of those municipalities alone that stand in it."""
        start, stop, _step = wanted.indices(len(self))
        inside, skipped, seen = [], 0, 0
        for key in self._order:
            upto = seen + self._counts[key]
            if upto <= start:
                skipped = upto
            elif seen < stop:
                inside.append(key)
            seen = upto
        place = {key: number for number, key in enumerate(inside)}
        rows = self._rows.filter(municipality__in=inside).order_by("-published_at", "-id")
        ordered = sorted(rows, key=lambda one: place[one.municipality_id])
        return ordered[start - skipped : stop - skipped]


def profiles_of(municipality_ids: Any, reader: Municipality) -> dict[int, Profile]:
    """What is known of these municipalities and of the reader's, by id."""
    rows = Municipality.objects.filter(Q(pk__in=municipality_ids) | Q(pk=reader.pk)).order_by()
    figures = [f"plan_profiles__{name}" for name in FIGURES]
    found = rows.values_list("pk", "prefecture_id", "kind", *figures)
    return {row[0]: Profile(*row[1:]) for row in found}
