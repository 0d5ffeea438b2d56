"""The name under which the services of one sector know a resident."""

from uuid import UUID

from django.db import IntegrityError, transaction

from identity.domain.pseudonym import new_pseudonym
from identity.models import Pseudonym


def pseudonym_for(citizen_id: UUID, sector: str) -> str:
    """Made at the first use; two requests at once agree on one. Needs her context."""
    mine = Pseudonym.objects.filter(citizen=citizen_id, sector=sector).values_list("value", flat=True)
    value = mine.first()
    if value is None:
        try:
            with transaction.atomic():
                Pseudonym(citizen_id=citizen_id, sector=sector, value=new_pseudonym()).save(force_insert=True)
        except IntegrityError:
            pass  # the other request was first
        value = mine.get()
    return str(value)


def known_pseudonym(citizen_id: UUID | None, sector: str) -> str | None:
    """None while no service of the sector has met her."""
    mine = Pseudonym.objects.filter(citizen=citizen_id, sector=sector)
    value: str | None = mine.values_list("value", flat=True).first()
    return value
