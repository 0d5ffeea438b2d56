"""What follows upon a consent, as rows of its log. Callers hold the transaction and the lock."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from consortium.audit.record import stream_of
from identity.models import ConsentEvent, ConsentKind
from identity.queries.consents import ConsentView


def following(
    citizen_id: UUID,
    consent: ConsentView,
    kind: ConsentKind,
    *,
    attributes: Collection[str] | None = None,
    **values: Any,
) -> ConsentEvent:
    """An event upon a consent that was given, not stored yet. attributes: by default all that it holds."""
    return ConsentEvent(
        stream=stream_of(None, citizen_id),
        citizen_id=citizen_id,
        consent_id=consent.consent_id,
        event=kind,
        client_id=consent.client_id,
        recipient=consent.recipient,
        purpose=consent.purpose,
        purpose_key=consent.purpose_key,
        attributes=list(consent.attributes) if attributes is None else sorted(attributes),
        until=consent.until,
        condition=consent.condition,
        **values,
    )
