"""まとめメール: what was held back for a reader, in one mail in the morning of an open day.

A period's digest holds what came before its hour, so that a pass that is late, or made twice, sends the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone, translation
from structlog import get_logger

from consortium import crypto
from consortium.domain.calendar import NO_DAYS, is_open, next_open
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

from . import audience, compose
from .models import Mail, MailState, Notice, Preferences, Rhythm
from .post import post

log = get_logger()
HOUR: Final = time(8, 0)
"""Local time: read before the counters open."""


def held_payload(notice: Notice) -> str:
    """What a digest needs of a notice: it is worded when the digest is made."""
    kept = {
        "kind": notice.kind,
        "values": notice.values,
        "target": notice.target,
        "municipality": notice.municipality_id,
        "when": notice.created_at.isoformat(),
    }
    return crypto.encrypt(json.dumps(kept, ensure_ascii=False))


def send_digests(now: datetime | None = None) -> int:
    """Queue the digests whose hour has come; returns how many."""
    moment = timezone.localtime(now)
    day = moment.date()
    if moment.time() < HOUR or not is_open(day):
        return 0
    cut_off = timezone.make_aware(datetime.combine(day, HOUR))
    with context.worker():
        held = Mail.objects.filter(state=MailState.HELD, created_at__lt=cut_off)
        places = _places(held.order_by().values_list("user_id", "municipality_id").distinct())
        rhythms = dict(Preferences.objects.filter(user__in=places).values_list("user_id", "rhythm"))
        closings = audience.closings(_monday(day), day)
    closed = {user: _closed_for(own, closings) for user, own in places.items()}
    periods = ((user, _period(rhythms.get(user, Rhythm.DAILY), day, days)) for user, days in closed.items())
    return sum(_send(user, period, cut_off) for user, period in periods if period)


def _places(rows: Iterable[tuple[UUID | None, int | None]]) -> dict[UUID, set[int | None]]:
    """Reader → the municipalities that something waits from, None for the secretariat and the account."""
    found: defaultdict[UUID, set[int | None]] = defaultdict(set)
    for user, place in rows:
        if user:
            found[user].add(place)
    return found


def _closed_for(places: Iterable[int | None], closings: Mapping[int, frozenset[date]]) -> frozenset[date]:
    """A reader is told while any of the offices is open."""
    return frozenset.intersection(*(closings.get(one, NO_DAYS) if one else NO_DAYS for one in places))


def _period(rhythm: str, day: date, closed: frozenset[date]) -> str:
    """Name of the period whose digest is due on the day, empty if none is."""
    if not is_open(day, closed):
        return ""
    if rhythm == Rhythm.DAILY:
        return day.isoformat()
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}" if day == next_open(_monday(day), closed) else ""


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _send(user_id: UUID, period: str, cut_off: datetime) -> bool:
    once = f"digest:{user_id}:{period}"
    with context.worker():
        held = Mail.objects.filter(state=MailState.HELD, user_id=user_id, created_at__lt=cut_off)
        mails = list(held.select_for_update().order_by("created_at", "id"))
        if not mails or Mail.objects.filter(once=once).exists():
            return False
        user = get_user_model()._default_manager.filter(pk=user_id, is_active=True).first()
        Mail.objects.filter(pk__in=[mail.pk for mail in mails]).delete()
        if user is None or not (lines := _lines(mails, user.language)):
            return False
        with translation.override(user.language):
            post(compose.digest(lines, user), kind="digest", user_id=user_id, once=once)
    return True


def _lines(mails: Sequence[Mail], language: str) -> list[compose.Line]:
    items = [json.loads(crypto.decrypt(mail.payload)) for mail in mails]
    places = Municipality.objects.in_bulk({item["municipality"] for item in items} - {None})
    with translation.override(language):
        return [said for item in items if (said := _line(item, places))]


def _line(item: dict[str, Any], places: dict[int, Municipality]) -> compose.Line | None:
    when = timezone.localtime(datetime.fromisoformat(item["when"]))
    place = places.get(item["municipality"])
    try:
        return compose.line(item["kind"], item["values"], item["target"], place, when)
    except KeyError:
        log.warning("digest_item_unknown", kind=item["kind"])
        return None
