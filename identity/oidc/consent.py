"""What the consent screen says: who, what, what is not shared, why, until when, and what is different."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from identity.labels import ATTRIBUTES, labels
from identity.queries.consents import ConsentView, consents_to

from .clients import Client


def words(
    client: Client, citizen_id: UUID, attributes: Collection[str], until: datetime, *, offline: bool
) -> dict[str, Any]:
    """Values of the template, in her context. offline: the service goes on when she has left."""
    party, earlier = client.party, last_consent(citizen_id, client)
    return {
        "party": party,
        "shared": labels(attributes),
        "withheld": [label for key, label in ATTRIBUTES.items() if key not in attributes],
        "until": until,
        "offline": offline,
        "each_time": client.sector.consent_each_time,
        "is_test": client.is_test,
        "new_purpose": bool(earlier and earlier.purpose_key != party.purpose_key),
        "added": labels(sorted(set(attributes).difference(earlier.attributes))) if earlier else [],
    }


def last_consent(citizen_id: UUID, client: Client) -> ConsentView | None:
    """What she last allowed this service, be it in force or not: what is asked for is compared with it."""
    given: Sequence[ConsentView] = consents_to(citizen_id, client.client_id)
    return given[0] if given else None
