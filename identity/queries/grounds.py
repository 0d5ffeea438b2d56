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
from .personal import RECORD, Person, person_of_row

# A row for each event of her consents to the service, or one of nulls for none.
_COLUMNS: Final = f"""
    {STAMP}, p.purpose_version, p.purpose_ja, p.purpose_en,
        (SELECT n.value FROM identity_pseudonym n WHERE n.citizen_id = %(citizen)s AND n.sector = p.sector),
        {columns("p.component_id")}, {EVENTS.columns("t")}
"""  # noqa: S608  # names and columns
_TABLES: Final = f"""
    FROM here
    JOIN services_relyingparty p ON p.client_id = %(client)s
    JOIN services_component c ON c.id = p.component_id
    LEFT JOIN {EVENTS.name} t ON t.citizen_id = %(citizen)s AND t.client_id = %(client)s
"""
_ORDER: Final = "ORDER BY t.consent_id, t.id"
_GROUNDS: Final = f"WITH {HERE} SELECT {_COLUMNS} {_TABLES} {_ORDER}"
_WITH_RECORD: Final = (
    f"WITH {HERE}, {RECORD} SELECT {_COLUMNS}, record.* {_TABLES} CROSS JOIN record {_ORDER}"
)
_OF_BASIS: Final = slice(6, 11)
_EVENT: Final = 11
_RECORD: Final = _EVENT + len(EVENTS)


@dataclass(frozen=True, slots=True)
class Grounds:
    """stamp: of the client, as services.queries.client_stamp tells. pseudonym: None while no service of the
    sector has met her. consents: her live ones to the service. record: hers, where it was asked for."""

    stamp: tuple[str, list[str]]
    pseudonym: str | None
    basis: Basis
    consents: tuple[ConsentView, ...]
    record: Person | None = None


def grounds(citizen_id: UUID, client_id: str, *, record: bool = False) -> Grounds | None:
    """Needs her context, in which where she lives is settled by it; None for an unknown service or nobody."""
    values: dict[str, Any] = {"citizen": citizen_id, "client": client_id, "today": timezone.localdate()}
    rows = statements.rows(_WITH_RECORD if record else _GROUNDS, values)
    if not rows:
        return None
    version, hashes, *stated, pseudonym = rows[0][:6]
    events = [EVENTS.row(row[_EVENT:_RECORD]) for row in rows if row[_EVENT] is not None]
    live = tuple(view for view in views(events) if view.is_live)
    purpose = purpose_key(*stated)
    held = Basis(*(*rows[0][_OF_BASIS], any(view.purpose_key == purpose for view in live)))
    own = person_of_row(rows[0][_RECORD:]) if record else None
    return Grounds((version, hashes), pseudonym, held, live, own)
