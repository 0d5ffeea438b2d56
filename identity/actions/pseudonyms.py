"""The name under which the services of one sector know a resident."""

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from consortium.tenancy import statements
from identity.domain.pseudonym import new_pseudonym
from identity.models import Pseudonym

_VALUE: Final = "SELECT value FROM identity_pseudonym WHERE citizen_id = %s AND sector = %s"


def pseudonym_for(citizen_id: UUID, sector: str) -> str:
    """Made at the first use; two requests at once agree on one. Needs her context."""
    value = known_pseudonym(citizen_id, sector)
    if value is None:
        try:
            with transaction.atomic():
                Pseudonym(citizen_id=citizen_id, sector=sector, value=new_pseudonym()).save(force_insert=True)
        except IntegrityError:
            pass  # the other request was first
        value = known_pseudonym(citizen_id, sector)
    return str(value)


def known_pseudonym(citizen_id: UUID | None, sector: str) -> str | None:
    """None while no service of the sector has met her."""
    found = statements.first(_VALUE, [citizen_id, sector])
    return found[0] if found else None
