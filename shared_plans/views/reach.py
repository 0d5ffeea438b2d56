"""Who reads which section, in words."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consortium.language import place_name
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import Document
from shared_plans.domain.kinds import Kind
from shared_plans.labels import KINDS
from shared_plans.models import Visibility


@dataclass(frozen=True)
class Line:
    """One section: how much there is of it, and who reads it."""

    title: str
    count: int
    readers: str
    private: bool


def lines_of(document: Document, private_kinds: Collection[str], reach: str) -> list[Line]:
    """Every section that has clauses or is private, in the order in which a plan is read."""
    return [
        Line(
            str(KINDS[kind]),
            len(document.of(kind)),
            _("庁内のみ") if kind in private_kinds else reach,
            kind in private_kinds,
        )
        for kind in Kind
        if kind in private_kinds or document.of(kind)
    ]


def reach_text(visibility: str, readers: Collection[Municipality]) -> str:
    """Who reads it, as a list of readers."""
    match visibility:
        case Visibility.NAMED:
            return _("、").join(place_name(one) for one in readers)
        case Visibility.CONSORTIUM:
            return _("参画自治体")
        case Visibility.PUBLIC:
            return _("一般(オープンデータ)")
        case _:
            return str(Visibility(visibility).label)
