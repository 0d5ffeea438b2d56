"""Who received what, and who of the staff looked: grouped by month and service, single on request."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractHour, TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.audit.models import Event
from consortium.tenancy.actor import ActorKind
from consortium.tenancy.models import Municipality
from identity.domain.unusual import (
    NIGHT_BEGINS,
    NIGHT_ENDS,
    Unusual,
    far_more_often,
    many_attributes,
    outside_hours,
)
from identity.models import AccessReason, Disclosure

STAFF_DEEDS: Mapping[str, Promise] = {
    "citizen.registered": _("窓口で登録情報を記録"),
    "citizen.viewed": _("登録情報を閲覧"),
    "proofing.confirmed": _("本人確認の内容を確認"),
    "proofing.declined": _("登録を取消し"),
    "enrolment_code.issued": _("登録コードを発行"),
    "hotline.identified": _("端末の紛失の電話を受付"),
    "device.suspended": _("端末を一時停止"),
    "device.resumed": _("端末の一時停止を解除"),
    "device.revoked": _("端末を無効化"),
    "inquiry.read": _("お問い合わせを確認"),
    "inquiry.forwarded": _("お問い合わせを事業者へ照会"),
    "inquiry.answered": _("お問い合わせに回答"),
    "citizen.suspended": _("デジタルIDを一時停止"),
    "citizen.resumed": _("デジタルIDの一時停止を解除"),
    "citizen.closed": _("デジタルIDを廃止"),
    "life_event.prepared": _("転出や住所変更などを記録"),
    "life_event.confirmed": _("転出や住所変更などの記録を確認"),
    "life_event.declined": _("転出や住所変更などの記録を取りやめ"),
    "guardianship.recorded": _("法定代理を記録"),
    "guardianship.confirmed": _("法定代理の記録を確認"),
    "guardianship.ended": _("法定代理を終了"),
}
OTHER_DEED: Final = _("登録情報の取扱い")
STATABLE: Mapping[str, Promise] = {
    "counter": _("窓口の手続"),
    "contact": _("本人からの問い合わせ"),
    "hotline": _("紛失の届出"),
    "move": _("転入・転出の手続"),
    "other": _("その他"),
}
"""What staff choose from before they see anything."""
PURPOSES: Mapping[str, Promise] = {
    **STATABLE,
    "search": _("窓口での照会"),
    "record": _("登録手続き"),
    "attestation": _("資格の証明の手続"),
    "inquiry": _("お問い合わせへの対応"),
}
PER_PAGE: Final = 50
MONTHS_ON_A_PAGE: Final = 3
MONTHS_BEFORE: Final = 3
"""So far back reaches what counts as usual."""
_HOUR = ExtractHour("occurred_at")
_AT_NIGHT = Q(hour__gte=NIGHT_BEGINS) | Q(hour__lt=NIGHT_ENDS)


@dataclass(frozen=True, slots=True)
class Use:
    """What one service received in one month. attributes: all of them, `count` times in all."""

    month: date
    last: datetime
    client_id: str
    recipient: str
    purposes: tuple[str, ...]
    attributes: tuple[str, ...]
    bases: tuple[str, ...]
    count: int
    findings: tuple[Unusual, ...]


@dataclass(frozen=True, slots=True)
class StaffAccess:
    id: UUID
    at: datetime
    municipality: str
    deed: Promise | str
    purpose: Promise | str
    unusual: bool


@dataclass(frozen=True, slots=True)
class Months:
    """A page of months, newest first. older: the month from which on the next page goes back; None at the
    end."""

    uses: list[Use]
    older: date | None


def month_of(moment: datetime | date) -> date:
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return day.replace(day=1)


def months_back(month: date, count: int) -> date:
    """The first day of the month `count` months earlier."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def used_by_month(
    citizen_id: UUID, *, client_id: str = "", since: date | None = None, until: date | None = None
) -> Months:
    """Of the newest months that have any, until the end of the month `until`. Four statements, however many
    disclosures there are. client_id: of one service only."""
    mine = _mine(citizen_id, client_id)
    shown = mine
    if until:
        shown = shown.filter(occurred_at__lt=_local(months_back(until, -1)))
    if since:
        shown = shown.filter(occurred_at__gte=_local(month_of(since)))
    newest = shown.annotate(month=_month()).order_by("-month").values_list("month", flat=True).distinct()
    months = [timezone.localdate(month) for month in newest[: MONTHS_ON_A_PAGE + 1]]
    if not months:
        return Months([], None)
    page = months[:MONTHS_ON_A_PAGE]
    rows = _grouped(mine, page[-1], page[0])
    firsts = dict(mine.values_list("client_id").annotate(first=Min("occurred_at")))
    uses = [_use(group, rows, firsts) for group in _groups(rows) if group[0]["month"] in page]
    uses.sort(key=lambda use: (use.month, use.last), reverse=True)
    return Months(uses, months[MONTHS_ON_A_PAGE] if len(months) > MONTHS_ON_A_PAGE else None)


def _mine(citizen_id: UUID, client_id: str = "") -> QuerySet[Disclosure]:
    found: QuerySet[Disclosure] = Disclosure.objects.filter(citizen_id=citizen_id).order_by()
    return found.filter(client_id=client_id) if client_id else found


def _month() -> TruncMonth:
    return TruncMonth("occurred_at")


def _local(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _grouped(mine: QuerySet[Disclosure], oldest: date, newest: date) -> list[dict[str, Any]]:
    """Of those months and of the ones before which tell what is usual."""
    begin, end = _local(months_back(oldest, MONTHS_BEFORE)), _local(months_back(newest, -1))
    ranged = mine.filter(occurred_at__gte=begin, occurred_at__lt=end)
    keys = ("month", "client_id", "recipient", "purpose", "attributes", "legal_basis")
    rows = ranged.annotate(month=_month(), hour=_HOUR).values(*keys)
    counted = rows.annotate(count=Count("id"), last=Max("occurred_at"), nights=Count("id", filter=_AT_NIGHT))
    return [{**row, "month": timezone.localdate(row["month"])} for row in counted]


def _groups(rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    found: dict[tuple[date, str], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["last"], reverse=True):
        found.setdefault((row["month"], row["client_id"]), []).append(row)
    return list(found.values())


def _use(
    group: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], firsts: Mapping[str, datetime]
) -> Use:
    newest = group[0]
    month, client_id = newest["month"], newest["client_id"]
    earlier = [row for row in rows if row["client_id"] == client_id and row["month"] < month]
    return Use(
        month=month,
        last=newest["last"],
        client_id=client_id,
        recipient=newest["recipient"],
        purposes=tuple(dict.fromkeys(row["purpose"] for row in group)),
        attributes=tuple(dict.fromkeys(name for row in group for name in row["attributes"])),
        bases=tuple(dict.fromkeys(row["legal_basis"] for row in group)),
        count=sum(row["count"] for row in group),
        findings=tuple(_findings(group, earlier, month_of(firsts[client_id]) == month)),
    )


def _findings(
    group: Sequence[Mapping[str, Any]], earlier: Sequence[Mapping[str, Any]], is_first: bool
) -> Iterator[Unusual]:
    month, count = group[0]["month"], sum(row["count"] for row in group)
    near = [months_back(month, back) for back in range(1, MONTHS_BEFORE + 1)]
    before = [sum(row["count"] for row in earlier if row["month"] == one) for one in near]
    if is_first:
        yield Unusual.FIRST_TIME
    if any(row["nights"] for row in group):
        yield Unusual.AT_NIGHT
    if many_attributes(_widest(group), _widest(earlier)):
        yield Unusual.MANY_ATTRIBUTES
    if far_more_often(count, before):
        yield Unusual.FAR_MORE_OFTEN


def _widest(rows: Sequence[Mapping[str, Any]]) -> int:
    return max((len(row["attributes"]) for row in rows), default=0)


def services_met(citizen_id: UUID) -> list[tuple[str, str]]:
    """(client_id, name as last seen) of all that received something, by name."""
    rows = _mine(citizen_id).order_by("client_id", "-id").distinct("client_id")
    return sorted(rows.values_list("client_id", "recipient"), key=lambda pair: pair[1])


def single_uses(
    citizen_id: UUID, client_id: str, month: date, *, before: UUID | None = None
) -> list[Disclosure]:
    """Newest first, one more than a page holds if there are more; before: the last one of the page before."""
    begin, end = _local(month), _local(months_back(month, -1))
    found = _mine(citizen_id, client_id).filter(occurred_at__gte=begin, occurred_at__lt=end)
    if before:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[: PER_PAGE + 1])


def staff_accesses(
    citizen_id: UUID, limit: int = 50, *, before: UUID | None = None, since: date | None = None
) -> list[StaffAccess]:
    """Newest first; before: the last one of the page before."""
    by_staff = _by_staff(citizen_id)
    if before:
        by_staff = by_staff.filter(id__lt=before)
    if since:
        by_staff = by_staff.filter(occurred_at__gte=_local(since))
    return _as_accesses(by_staff[:limit])


def staff_access(citizen_id: UUID, access_id: UUID) -> tuple[StaffAccess, int] | None:
    """One of hers, and the municipality whose staff it was."""
    event = _by_staff(citizen_id).filter(pk=access_id).first()
    if event is None or event.municipality_id is None:
        return None
    return _as_accesses([event])[0], event.municipality_id


def _by_staff(citizen_id: UUID) -> QuerySet[Event]:
    """Whatever they did: a deed without words of its own is shown as well. Each with `place`, whose staff."""
    kinds = (ActorKind.STAFF, ActorKind.SECRETARIAT)
    place = Municipality.objects.filter(pk=OuterRef("municipality_id")).values("name")
    found: QuerySet[Event] = Event.objects.filter(citizen_id=citizen_id, actor_kind__in=kinds)
    return found.annotate(place=Subquery(place))


def _why(detail: Mapping[str, Any], reason: str) -> Promise | str:
    purpose = PURPOSES.get(detail.get("purpose", ""), "")
    return (
        gettext("%(purpose)s（%(reason)s）") % {"purpose": purpose, "reason": reason} if reason else purpose
    )


def _as_accesses(found: Iterable[Any]) -> list[StaffAccess]:
    events = list(found)
    rows = AccessReason.objects.filter(event_id__in=[event.pk for event in events])
    reasons: dict[UUID, str] = {row.event_id: row.text for row in rows}
    return [
        StaffAccess(
            id=event.pk,
            at=event.occurred_at,
            municipality=event.place or "",
            deed=STAFF_DEEDS.get(event.action, OTHER_DEED),
            purpose=_why(event.detail, reasons.get(event.pk, "")),
            unusual=outside_hours(timezone.localtime(event.occurred_at)),
        )
        for event in events
    ]
