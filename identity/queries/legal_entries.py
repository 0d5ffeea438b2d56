"""What the municipality wrote down as disclosed by order of law."""

from uuid import UUID

from django.db.models import QuerySet

from identity.models import EntryState, LegalEntry


def entries() -> QuerySet[LegalEntry]:
    found: QuerySet[LegalEntry] = LegalEntry.objects.all()
    return found


def undecided() -> QuerySet[LegalEntry]:
    """For a second person, oldest first."""
    return entries().filter(state=EntryState.PREPARED).order_by("prepared_at")


def entry(entry_id: UUID) -> LegalEntry | None:
    return entries().filter(pk=entry_id).first()
