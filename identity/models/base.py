"""What all tables of one resident share: her reference, and who of the staff may see the row."""

from consortium.tenancy.models import Reference, SubjectModel
from consortium.tenancy.policies import OWN_MUNICIPALITY, setting

TODAY = "(now() AT TIME ZONE 'Asia/Tokyo')::date"
"""SQL. The database's own CURRENT_DATE is that of UTC, nine hours behind."""

_OWN = OWN_MUNICIPALITY.replace("municipality_id", "r.municipality_id")
LIVES_HERE = (
    "citizen_id = ANY(ARRAY(SELECT r.citizen_id FROM identity_residence r"  # noqa: S608  # constants only
    f" WHERE {_OWN} AND r.starts_on <= {TODAY} AND (r.ends_on IS NULL OR r.ends_on > {TODAY})))"
)
"""Rows of those who live in the open context's municipality today: access ends on the day of a move."""

REPRESENTED = (
    f"citizen_id = {setting('citizen', 'uuid')} AND EXISTS (SELECT FROM identity_delegation d"
    f" WHERE d.id = {setting('delegation', 'uuid')} AND d.citizen_id = {setting('citizen', 'uuid')}"
    f" AND d.delegate_id = {setting('user', 'uuid')} AND d.effective_at IS NOT NULL AND d.ended_at IS NULL"
    f" AND d.starts_on <= {TODAY} AND d.until >= {TODAY} AND %s)"
)
"""Rows of her in whose name somebody acts, while the delegation is in force and its scope (%s) covers it."""
BY_DELEGATE = REPRESENTED % "true"
WITHIN_SCOPE = (
    "(jsonb_array_length(d.client_ids) = 0 OR jsonb_exists(d.client_ids, {table}.client_id))"
    " AND EXISTS (SELECT FROM services_relyingparty p WHERE p.client_id = {table}.client_id"
    " AND jsonb_exists(d.sectors, p.sector))"
)
"""Of rows of one service."""
SEEN_BY_DELEGATE = REPRESENTED % WITHIN_SCOPE
"""Rows of services that the delegation covers, with the {table} to fill in: of others she learns nothing."""


def lives_here(table: str) -> str:
    """The same of one row of a table, by an index instead of the list of all who live here: for rules of
    inserts in bulk."""
    return (
        f"EXISTS (SELECT FROM identity_residence r WHERE r.citizen_id = {table}.citizen_id"
        f" AND {_OWN} AND r.starts_on <= {TODAY} AND (r.ends_on IS NULL OR r.ends_on > {TODAY}))"
    )


class ResidentModel(SubjectModel):
    """Rows of one resident. Staff see them only where a subclass adds a rule with `LIVES_HERE`."""

    citizen = Reference("identity.Citizen", related_name="+")

    class Meta:
        abstract = True
