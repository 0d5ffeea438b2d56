"""Which later edition a plan can move to, and what continues its items there."""

from dataclasses import dataclass

from shared_plans.domain.document import Document
from shared_plans.domain.editions import successors
from shared_plans.domain.kinds import Kind
from shared_plans.models import FrameworkEdition, NationalItem

from .framework import framework_editions, items_of


@dataclass(frozen=True)
class Move:
    """One item that the plan uses: under how many initiatives, and the target's items that continue it."""

    item: NationalItem
    initiatives: list[str]
    suggested: list[str]


def later_edition(edition: FrameworkEdition) -> FrameworkEdition | None:
    """The newest, if that is not the plan's own."""
    newest = framework_editions().first()
    return newest if newest and newest.order > edition.order else None


def moves(document: Document, edition: FrameworkEdition, target: FrameworkEdition) -> list[Move]:
    """In the order of the plan's edition."""
    continued: dict[int, dict[str, list[str]]] = {}
    between = NationalItem.objects.filter(edition__order__gt=edition.order, edition__order__lte=target.order)
    for order, key, continues in between.order_by("edition__order").values_list(
        "edition__order", "key", "continues"
    ):
        continued.setdefault(order, {})[key] = continues
    later = list(continued.values())
    found = []
    for item in items_of(edition):
        under = [one.text("title") for one in document.of(Kind.INITIATIVE) if item.key in one.keys("items")]
        if under:
            found.append(Move(item, under, list(successors(item.key, later))))
    return found
