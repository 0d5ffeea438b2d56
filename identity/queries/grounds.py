"""All that an authorization request of a signed-in resident is decided by, in one statement."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from consortium.tenancy import statements
from services.domain.purpose import purpose_key
from services.queries import STAMP

from .basis import HERE, Basis, columns
from .consents import EVENTS, ConsentView, views

# A row for each event of her consents to the service, or one of nulls for none.
_GROUNDS: Final = f"""
    WITH {HERE}
    SELECT {STAMP}, p.purpose_version, p.purpose_ja, p.purpose_en,
        (SELECT n.value FROM identity_pseudonym n WHERE n.citizen_id = %(citizen)s AND n.sector = p.sector),
        {columns("p.component_id")}, {EVENTS.columns("t")}
    FROM here
    JOIN services_relyingparty p ON p.client_id = %(client)s
    JOIN services_component c ON c.id = p.component_id
    LEFT JOIN {EVENTS.name} t ON t.citizen_id = %(citizen)s AND t.client_id = %(client)s
    ORDER BY t.consent_id, t.id
"""  # noqa: S608  # names and columns
_OF_BASIS: Final = slice(6, 11)
_EVENT: Final = 11


@dataclass(frozen=True, slots=True)
class Grounds:
    """stamp: of the client, as services.queries.client_stamp tells. pseudonym: None while no service of the
    sector has met her. consents: her live ones to the service."""

    stamp: tuple[str, list[str]]
    pseudonym: str | None
    basis: Basis
    consents: tuple[ConsentView, ...]


def grounds(citizen_id: UUID, client_id: str) -> Grounds | None:
    """Needs her context, in which where she lives is settled by it; None for an unknown service or nobody."""
    values: dict[str, Any] = {"citizen": citizen_id, "client": client_id, "today": timezone.localdate()}
    rows = statements.rows(_GROUNDS, values)
    if not rows:
        return None
    version, hashes, *stated, pseudonym = rows[0][:6]
    events = [EVENTS.row(row[_EVENT:]) for row in rows if row[_EVENT] is not None]
    live = tuple(view for view in views(events) if view.is_live)
    purpose = purpose_key(*stated)
    held = Basis(*(*rows[0][_OF_BASIS], any(view.purpose_key == purpose for view in live)))
    return Grounds((version, hashes), pseudonym, held, live)
