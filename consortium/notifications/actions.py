"""Writes that people ask for: how they want to be told, and that they don't."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from .kinds import Category, Channel, categories
from .models import Mail, Preferences, Rhythm
from .sending import requeue

_EVERYBODY = (ActorKind.STAFF, ActorKind.SECRETARIAT)


@action(kinds=_EVERYBODY)
def save_preferences(*, by: Actor, user_id: UUID, channels: Mapping[str, str], rhythm: str) -> Preferences:
    """channels: category → channel. ValidationError for what a category does not permit."""
    chosen = {one.key: one for one in categories()}
    for key, channel in channels.items():
        _check(chosen.get(key), channel)
    return _store(by, user_id, {"channels": dict(channels), "rhythm": Rhythm(rhythm)})


@action(kinds=_EVERYBODY)
def stop_mail(*, by: Actor, user_id: UUID, category: str) -> Preferences:
    """The unsubscribe link: from now on this category is shown in the inbox only. category "": the digest,
    hence every category that is in it. Raises ValidationError for one that cannot be stopped."""
    stored = Preferences.objects.filter(user=user_id).first()
    channels = dict(stored.channels) if stored else {}
    stopped = [one for one in categories() if not one.fixed and _is_meant(one, category, channels)]
    if category and not stopped:
        raise ValidationError(_("このお知らせのメールは停止できません。"), code="fixed")
    channels |= {one.key: Channel.INBOX for one in stopped}
    return _store(by, user_id, {"channels": channels})


@action(kinds=(ActorKind.SYSTEM,))
def requeue_dead(*, by: Actor, mails: "list[UUID] | None" = None) -> int:
    """Dead letters once more: these, or all of them."""
    found = Mail.objects.all() if mails is None else Mail.objects.filter(pk__in=mails)
    count = requeue(found)
    record(by=by, action="mail.requeued", detail={"mails": count})
    return count


def _is_meant(category: Category, key: str, channels: Mapping[str, str]) -> bool:
    if key:
        return category.key == key
    return channels.get(category.key, category.default) == Channel.DIGEST


def _check(category: Category | None, channel: str) -> None:
    permitted = category is not None and channel in channels_of(category)
    if not permitted:
        raise ValidationError(_("この受け取り方は選べません。"), code="channel")


def channels_of(category: Category) -> list[Channel]:
    """What its reader may choose from."""
    if category.fixed:
        return []
    return [one for one in Channel if one is not Channel.OFF or category.may_be_off]


def _store(by: Actor, user_id: UUID, values: Mapping[str, object]) -> Preferences:
    stored, __ = Preferences.objects.update_or_create(user_id=user_id, defaults=dict(values))
    detail = {"channels": stored.channels, "rhythm": stored.rhythm}
    record(by=by, action="account.notifications_chosen", target=stored, detail=detail)
    return stored
