"""Inquiries, for whom they concern: the resident, the municipality that answers, the secretariat."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from identity.domain.inquiry import OPEN
from identity.models import Inquiry, InquiryLink, InquiryMessage


@dataclass(frozen=True, slots=True)
class Said:
    who: str
    when: datetime
    text: str


def of_resident(citizen_id: UUID) -> QuerySet[Inquiry]:
    found: QuerySet[Inquiry] = Inquiry.objects.filter(citizen=citizen_id).select_related("municipality")
    return found


def of_municipality(municipality_id: int) -> QuerySet[Inquiry]:
    """Open ones first, by deadline."""
    found: QuerySet[Inquiry] = Inquiry.objects.filter(municipality=municipality_id)
    return found


def waiting(municipality_id: int) -> QuerySet[Inquiry]:
    return of_municipality(municipality_id).filter(state__in=OPEN).order_by("due_on")


def overdue() -> QuerySet[Inquiry]:
    """For the secretariat, without a word of what was written."""
    found: QuerySet[Inquiry] = Inquiry.objects.filter(escalated_on__isnull=False, state__in=OPEN)
    columns = ("id", "recipient", "subject", "state", "due_on", "received_at", "escalated_on")
    return found.select_related("municipality").only(*columns, "municipality__name").order_by("due_on")


def said(inquiry: Inquiry) -> list[Said]:
    rows = InquiryMessage.objects.filter(inquiry=inquiry.pk)
    return [Said(row.author_name or row.get_author_display(), row.sent_at, row.text) for row in rows]


def usable_link(token_hash: str) -> InquiryLink | None:
    """While the question waits for the service: afterwards what is written is not for it."""
    links = InquiryLink.objects.filter(token_hash=token_hash, used_at=None, expires_at__gt=timezone.now())
    found: InquiryLink | None = links.first()
    return found
