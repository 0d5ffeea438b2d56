"""What a resident's authorization of a service rests on, all of it asked in one statement."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from consortium.tenancy import statements
from identity.models import CitizenStatus
from services.models import RelyingParty

# Where she lives is settled in the first part, since only that municipality's adoptions are visible to her:
# the others are asked for each row of it, hence afterwards.
HERE: Final = """
    here AS MATERIALIZED (
        SELECT c.status, c.test, r.municipality_id,
            set_config('app.municipality', coalesce(r.municipality_id::text, ''), true) AS settled
        FROM identity_citizen c
        LEFT JOIN identity_residence r ON r.citizen_id = c.citizen_id
            AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on > %(today)s)
        WHERE c.citizen_id = %(citizen)s)
"""


def columns(component: str) -> str:
    """Of a row of `here`: all of Basis but consents. component: the id of the service's, in SQL."""
    return f"""
        here.status, here.test, here.settled <> '' AND EXISTS (
            SELECT FROM services_adoption a
            WHERE a.municipality_id = here.municipality_id AND a.component_id = {component}
                AND a.adopted_on <= %(today)s AND (a.ended_on IS NULL OR a.ended_on > %(today)s)),
        coalesce((
            SELECT max(p.level) FROM identity_proofing p
            WHERE p.citizen_id = %(citizen)s AND p.confirmed_at IS NOT NULL AND p.declined_at IS NULL
                AND p.expires_on > %(today)s), 0),
        here.municipality_id
    """  # noqa: S608  # a column or a parameter


_BASIS: Final = f"""
    WITH {HERE}
    SELECT {columns("%(component)s")}, EXISTS (
            SELECT FROM identity_consentevent g
            WHERE g.citizen_id = %(citizen)s AND g.client_id = %(client)s AND g.purpose_key = %(purpose)s
                AND g.event = 'given' AND g.until > %(now)s AND NOT EXISTS (
                    SELECT FROM identity_consentevent w
                    WHERE w.citizen_id = %(citizen)s AND w.consent_id = g.consent_id
                        AND w.event = 'withdrawn'))
    FROM here
"""  # noqa: S608  # the same


@dataclass(frozen=True, slots=True)
class Basis:
    """test: a test resident. adopted: where she lives today. proofing: 身元確認保証レベル. consents: to this
    purpose, now."""

    status: str
    test: bool
    adopted: bool
    proofing: int
    municipality_id: int | None
    consents: bool

    @property
    def is_active(self) -> bool:
        return self.status == CitizenStatus.ACTIVE

    def meets(self, *, test: bool) -> bool:
        """Whether a service may meet her: one under test meets test residents alone, in any municipality;
        all others whoever lives where their component is in use."""
        return self.test if test else self.adopted and not self.test


def basis(citizen_id: UUID, party: RelyingParty) -> Basis | None:
    """Needs her context, in which where she lives is settled by it; None for nobody."""
    values: dict[str, Any] = {
        "citizen": citizen_id,
        "client": party.client_id,
        "component": party.component_id,
        "purpose": party.purpose_key,
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    found = statements.first(_BASIS, values)
    return Basis(*found) if found else None
