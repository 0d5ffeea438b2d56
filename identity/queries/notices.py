"""A resident's own notices."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from identity.domain.consent import EventKind
from identity.models import ConsentEvent, ResidentNotice
from identity.notices import KINDS

REMIND_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    text: str
    path: str
    category: str


def notices(citizen_id: UUID) -> "QuerySet[ResidentNotice]":
    """Newest first; only of kinds that can be put into words."""
    found: QuerySet[ResidentNotice] = ResidentNotice.objects.filter(citizen=citizen_id, kind__in=KINDS)
    return found


def unread(citizen_id: UUID) -> int:
    return notices(citizen_id).filter(read_at=None).count()


def told(one: ResidentNotice) -> Told:
    kind = KINDS[one.kind]
    return Told(kind.text(one.values), _path(kind.url, one.target), str(kind.category.label))


def _path(name: str, target: dict[str, str]) -> str:
    try:
        return reverse(name, kwargs=target)
    except NoReverseMatch:  # the worker's URLconf, or a page that is gone
        return ""


def expiring_consents() -> "QuerySet[ConsentEvent]":
    """Live consents of all residents whose end is near, for the worker, which may read the log."""
    now = timezone.now()
    ended = ConsentEvent.objects.filter(consent_id=OuterRef("consent_id"), event=EventKind.WITHDRAWN)
    found: QuerySet[ConsentEvent] = ConsentEvent.objects.filter(
        ~Exists(ended),
        event=EventKind.GIVEN,
        condition__in=("", "each_time"),
        until__gt=now,
        until__lte=now + REMIND_BEFORE,
    )
    return found
