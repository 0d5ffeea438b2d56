"""The national frame: editions and their items."""

from django.db.models import QuerySet

from shared_plans.models import FrameworkEdition, NationalItem


def framework_editions() -> QuerySet[FrameworkEdition]:
    """Newest first."""
    found: QuerySet[FrameworkEdition] = FrameworkEdition.objects.order_by("-order")
    return found


def items_of(edition: FrameworkEdition) -> list[NationalItem]:
    return list(NationalItem.objects.filter(edition=edition).order_by("number"))


def items_with_later(edition: FrameworkEdition) -> tuple[list[NationalItem], FrameworkEdition | None]:
    """An edition's items, and the newest edition if that is not this one. In one statement."""
    since = NationalItem.objects.filter(edition__order__gte=edition.order).select_related("edition")
    found = list(since.order_by("-edition__order", "number"))
    newest = found[0].edition if found else edition
    return [one for one in found if one.edition_id == edition.pk], newest if newest != edition else None


def all_items() -> list[NationalItem]:
    """Items of every edition, the newest edition first."""
    return list(NationalItem.objects.order_by("-edition__order", "number"))


def named_items() -> list[NationalItem]:
    """One for each key: what it is called in the newest edition that has it."""
    found: dict[str, NationalItem] = {}
    for item in all_items():
        found.setdefault(item.key, item)
    return list(found.values())
