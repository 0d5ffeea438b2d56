"""Which municipality an address lies in."""

from consortium.tenancy.models import Municipality
from identity.domain.proofing import Place, municipality_of


def municipality_named(address: str) -> int | None:
    """Key of the municipality that an address begins with; None where that is not certain."""
    rows = Municipality.objects.values_list("id", "prefecture__name", "name")
    return municipality_of(address, (Place(*row) for row in rows.iterator()))
