"""The names under which services know a resident."""

from uuid import UUID

from identity.models import Pseudonym


def known_value(citizen_id: UUID, sector: str) -> str:
    """Empty while no service of the sector has met her."""
    mine = Pseudonym.objects.filter(citizen=citizen_id, sector=sector)
    return str(mine.values_list("value", flat=True).first() or "")
