"""From announcements to inboxes and mails, each announcement in one transaction of its own place."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import translation
from structlog import get_logger

from consortium.tenancy import context
from consortium.tenancy.models import Municipality, uuid7

from . import compose
from .audience import belonging, holders_of
from .digest import held_payload
from .kinds import Channel, Kind, kind_of
from .models import Announcement, Mail, MailState, Notice, Preferences
from .post import Letter

log = get_logger()
PER_PASS = 200

_TO_WATCHERS = """
    INSERT INTO notifications_announcement
      (id, kind, municipality_id, users, permission, topic, by, values, target, failed, created_at)
    SELECT gen_random_uuid(), a.kind, w.municipality_id, '{}', w.permission, '', '', a.values, a.target,
           false, a.created_at
    FROM notifications_announcement a
    JOIN notifications_watch w ON w.topic = a.topic AND w.since <= a.created_at
    WHERE a.id = ANY(%s) AND w.municipality_id IS DISTINCT FROM a.municipality_id
      AND w.municipality_id = ANY(%s)
"""
"""Who is suspended or has left hears nothing of what the others share."""


def spread_announcements() -> int:
    """Spread what waits, oldest first; returns how many were tried."""
    _address_topics()
    with context.worker():
        waiting = Announcement.objects.filter(failed=False, topic="").order_by("created_at", "id")
        found = list(waiting.values_list("pk", "municipality_id")[:PER_PASS])
    for pk, municipality_id in found:
        try:
            with context.worker(municipality_id):
                _spread(pk)
        except Exception:  # a fault in one must not hold up the others
            log.exception("announcement_failed", announcement=str(pk))
            with context.worker():
                Announcement.objects.filter(pk=pk).update(failed=True)
    return len(found)


def _address_topics() -> None:
    """Put one announcement per watching municipality in the place of each that names a topic."""
    with context.worker(), connection.cursor() as cursor:
        named = Announcement.objects.filter(failed=False).exclude(topic="").order_by("created_at", "id")
        pks = [one.pk for one in named.select_for_update(skip_locked=True)[:PER_PASS]]
        if pks:
            cursor.execute(_TO_WATCHERS, [pks, [*belonging()]])
            Announcement.objects.filter(pk__in=pks).delete()


def _spread(pk: UUID) -> None:
    announcement = Announcement.objects.filter(pk=pk).select_for_update(skip_locked=True).first()
    if announcement is None:
        return  # another worker has it
    kind = kind_of(announcement.kind)
    here = announcement.municipality_id
    place = None if here is None else Municipality.objects.get(pk=here)
    notices, mails = [], []
    for user, channel in _readers(announcement, kind):
        notice = _notice(announcement, kind, user)
        notices.append(notice)
        if channel in {Channel.MAIL, Channel.DIGEST}:
            mails.append(_mail(notice, kind, user, place, held=channel == Channel.DIGEST))
    Notice.objects.bulk_create(notices)
    Mail.objects.bulk_create(mails)
    announcement.delete()


def _readers(announcement: Announcement, kind: Kind) -> Iterable[tuple[Any, str]]:
    """Accounts and their channels; without those who want none of it."""
    users = get_user_model()._default_manager.filter(pk__in=_accounts(announcement), is_active=True)
    found = list(users)
    chosen = dict(Preferences.objects.filter(user__in=found).values_list("user_id", "channels"))
    for user in found:
        channel = channel_of(kind, chosen.get(user.pk, {}))
        if channel != Channel.OFF:
            yield user, channel


def channel_of(kind: Kind, channels: dict[str, str]) -> str:
    """What is fixed is mailed, whatever stands in a row."""
    category = kind.category
    if category.fixed:
        return Channel.MAIL
    channel = channels.get(category.key, category.default)
    return Channel.INBOX if channel == Channel.OFF and not category.may_be_off else channel


def _accounts(announcement: Announcement) -> set[UUID]:
    """By permission: all but who did it. By name: those who still serve there, and accounts as such."""
    place = announcement.municipality_id
    if announcement.permission:
        found = {*holders_of(place, announcement.permission)}
        return {account for account in found if str(account) != announcement.by}
    named = {*announcement.users}
    return named if place is None else named & {*holders_of(place, "")}


def _notice(announcement: Announcement, kind: Kind, user: Any) -> Notice:
    return Notice(
        id=uuid7(),
        municipality_id=announcement.municipality_id,
        of_secretariat=announcement.municipality_id is None and bool(announcement.permission),
        user=user,
        kind=kind.key,
        category=kind.category.key,
        values=announcement.values,
        target=announcement.target,
        created_at=announcement.created_at,
    )


def _mail(notice: Notice, kind: Kind, user: Any, place: Municipality | None, *, held: bool) -> Mail:
    """A held one keeps the notice itself: it is worded when the digest is made."""
    with translation.override(user.language):
        said = compose.line(kind.key, notice.values, notice.target, place)
        letter = Letter("", "", "") if held else compose.letter(said, user)
    return Mail(
        kind=kind.key,
        payload=held_payload(notice) if held else letter.sealed(),
        state=MailState.HELD if held else MailState.QUEUED,
        urgent=kind.urgent,
        user_id=user.pk,
        municipality_id=notice.municipality_id,
        notice_id=notice.pk,
    )
