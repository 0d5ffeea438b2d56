"""Who received what, and who of the staff looked: grouped, so that what is unusual stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consortium.audit.models import Event
from consortium.tenancy.actor import ActorKind
from consortium.tenancy.models import Municipality
from identity.models import Disclosure

STAFF_DEEDS: Mapping[str, Promise] = {
    "citizen.registered": _("窓口で登録情報を記録"),
    "citizen.viewed": _("登録情報を閲覧"),
    "proofing.confirmed": _("本人確認の内容を確認"),
    "proofing.declined": _("登録を取消し"),
    "enrolment_code.issued": _("登録コードを発行"),
    "citizen.suspended": _("デジタルIDを一時停止"),
    "citizen.resumed": _("デジタルIDの一時停止を解除"),
    "citizen.closed": _("デジタルIDを廃止"),
}
PURPOSES: Mapping[str, Promise] = {
    "confirmation": _("登録内容の確認"),
    "search": _("窓口での照会"),
    "record": _("登録手続き"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """What one service received on one day: `count` times the same attributes."""

    day: date
    last: datetime
    client_id: str
    recipient: str
    purpose: str
    attributes: tuple[str, ...]
    count: int
    first_ever: bool


@dataclass(frozen=True, slots=True)
class StaffAccess:
    at: datetime
    municipality: str
    deed: Promise | str
    purpose: Promise | str


def uses(citizen_id: UUID) -> QuerySet[Disclosure, dict[str, Any]]:
    """Groups, newest first; slice before listing (see as_uses)."""
    mine = Disclosure.objects.filter(citizen_id=citizen_id).order_by()
    grouped = mine.annotate(day=TruncDate("occurred_at")).values(
        "day", "client_id", "recipient", "purpose", "attributes"
    )
    found: QuerySet[Disclosure, dict[str, Any]] = grouped.annotate(
        count=Count("id"), last=Max("occurred_at")
    ).order_by("-last")
    return found


def as_uses(rows: Sequence[Mapping[str, Any]], first_days: Mapping[str, date]) -> list[Use]:
    return [_use(row, first_days) for row in rows]


def first_days(citizen_id: UUID, client_ids: Sequence[str]) -> dict[str, date]:
    """The day on which each service received something for the first time."""
    mine = Disclosure.objects.filter(citizen_id=citizen_id, client_id__in=client_ids)
    first = mine.order_by("client_id", "id").distinct("client_id").annotate(day=TruncDate("occurred_at"))
    return dict(first.values_list("client_id", "day"))


def staff_accesses(citizen_id: UUID, limit: int = 50) -> list[StaffAccess]:
    by_staff = Event.objects.filter(citizen_id=citizen_id, actor_kind=ActorKind.STAFF)
    events = list(by_staff.filter(action__in=STAFF_DEEDS)[:limit])
    places = Municipality.objects.filter(pk__in={event.municipality_id for event in events})
    names = dict(places.values_list("pk", "name"))
    return [
        StaffAccess(
            at=event.occurred_at,
            municipality=names.get(event.municipality_id, ""),
            deed=STAFF_DEEDS[event.action],
            purpose=PURPOSES.get(event.detail.get("purpose", ""), ""),
        )
        for event in events
    ]


def _use(row: Mapping[str, Any], first_days: Mapping[str, date]) -> Use:
    first_ever = first_days.get(row["client_id"]) == row["day"]
    return Use(**{**row, "attributes": tuple(row["attributes"])}, first_ever=first_ever)
