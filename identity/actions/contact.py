"""Where a resident wants to be told by mail that there is something to read."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.post import post, written
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.context_processors import site_name
from identity.models import ContactAddress

LINK_LIFE: Final = timedelta(hours=24)
LANGUAGES: Final = ("ja", "en")
"""Each mail says it in both."""


@action(kinds=(ActorKind.RESIDENT,))
def wish_contact_address(*, by: Actor, address: str) -> None:
    """Send a link to it; the address counts once she has opened it. The present one counts until then."""
    citizen_id, secret = _citizen(by), secrets.token_urlsafe(32)
    values = {"wished": address, "code_hash": _hash(secret), "asked_at": timezone.now()}
    ContactAddress.objects.update_or_create(
        citizen_id=citizen_id, defaults=values, create_defaults={**values, "address": ""}
    )
    path = reverse("identity:confirm_contact", args=[secret])
    words = {"site": site_name(), "url": f"{settings.IDENTITY_URL}{path}"}
    letter = written("identity/email/confirm", words, to=address, languages=LANGUAGES)
    post(letter, kind="resident.confirm", urgent=True)
    record(by=by, action="contact.asked", citizen_id=citizen_id)


@action(kinds=(ActorKind.RESIDENT,))
def confirm_contact_address(*, by: Actor, secret: str) -> None:
    """Raises ValidationError `link` for one that is unknown, used, too old, or somebody else's."""
    citizen_id = _citizen(by)
    mine = ContactAddress.objects.select_for_update().filter(citizen=citizen_id).first()
    if mine is None or not _opens(mine, secret):
        raise ValidationError(
            _("このリンクは使えません。期限が過ぎているか、既に使われています。もう一度登録してください。"),
            code="link",
        )
    mine.address, mine.wished, mine.code_hash = mine.wished, "", ""
    mine.confirmed_at = timezone.now()
    mine.save()
    record(by=by, action="contact.confirmed", citizen_id=citizen_id)


@action(kinds=(ActorKind.RESIDENT,))
def remove_contact_address(*, by: Actor) -> None:
    citizen_id = _citizen(by)
    removed, _by_model = ContactAddress.objects.filter(citizen=citizen_id).delete()
    if removed:
        record(by=by, action="contact.removed", citizen_id=citizen_id)


def _opens(mine: ContactAddress, secret: str) -> bool:
    fresh = mine.asked_at > timezone.now() - LINK_LIFE
    return fresh and bool(mine.code_hash) and secrets.compare_digest(mine.code_hash, _hash(secret))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id
