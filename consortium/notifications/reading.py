"""An inbox, and its reader's marks. What one has read is one's own affair: no audit row says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from consortium.tenancy import context

from .compose import line, unknown
from .models import Notice
from .post import dismiss


@dataclass(frozen=True)
class Item:
    """path: where the notice leads; empty if nowhere. place: name of the municipality, if it is of one."""

    pk: UUID
    text: str
    path: str
    category: str
    when: datetime
    is_read: bool


def inbox(user_id: UUID) -> "QuerySet[Notice]":
    """In a municipality: of that place and of the account. In the secretariat: of the secretariat and of the
    account. Elsewhere: of the account; the database shows no others.
    """
    place = context.require().municipality_id
    here = Q(municipality=None) | Q(municipality=place) if place else Q(municipality=None)
    found: QuerySet[Notice] = Notice.objects.filter(here, user=user_id)
    return found


def unread(user_id: UUID) -> int:
    return inbox(user_id).filter(read_at=None).count()


def items(notices: Sequence[Notice]) -> list[Item]:
    return [_item(notice) for notice in notices]


def _item(notice: Notice) -> Item:
    try:
        said = line(notice.kind, notice.values, notice.target, notice.municipality)
        text, path, category = said.text, said.path, str(said.kind.category.label)
    except KeyError:
        text, path, category = unknown(), "", ""
    return Item(notice.pk, text, path, category, notice.created_at, notice.read_at is not None)


def mark_read(user_id: UUID, notices: Any = None) -> None:
    """notices: some of the inbox; without them all of it. What is read needs no place in a digest."""
    open_ones = (inbox(user_id) if notices is None else notices).filter(read_at=None)
    pks = list(open_ones.values_list("pk", flat=True))
    Notice.objects.filter(pk__in=pks, user=user_id).update(read_at=Now())
    dismiss(pks, user_id)
