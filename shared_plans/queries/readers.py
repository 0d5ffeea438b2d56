"""Whom a plan can be shared with by name."""

from collections.abc import Collection

from consortium.membership.queries import belonging
from consortium.search import by_reading
from consortium.tenancy.context import require_municipality
from consortium.tenancy.models import Municipality


def possible_readers() -> list[Municipality]:
    """The other municipalities that belong to the consortium today, by prefecture and reading."""
    others = Municipality.objects.filter(pk__in=belonging()).exclude(pk=require_municipality())
    return list(others.select_related("prefecture").order_by("prefecture_id", *by_reading("kana")))


def municipality_ids(codes: Collection[str]) -> list[int]:
    """Keys of municipalities by their present codes; of an unknown code 0, which is nobody's."""
    known = dict(Municipality.objects.filter(code__in=codes).values_list("code", "pk"))
    return [known.get(code, 0) for code in codes]


def named(reader_ids: Collection[int]) -> list[Municipality]:
    """Also those that have left since: they read nothing as long as they don't belong."""
    return list(Municipality.objects.filter(pk__in=reader_ids).order_by("code"))
