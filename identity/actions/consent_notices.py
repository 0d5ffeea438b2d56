"""Telling a service that what it may receive has changed, in the transaction of the change."""

from typing import Any
from uuid import UUID

from identity.models import LogoutCause, LogoutNotice, Pseudonym
from services.models import RelyingParty

from .logouts import wake


def tell_of_change(citizen_id: UUID, client_id: str, cause: LogoutCause, event: str, **change: Any) -> bool:
    """Within the caller's transaction, in her context. False if the service registered no address for it, or
    never met her. event: of identity.consent_events."""
    party = RelyingParty.objects.filter(client_id=client_id).exclude(consent_events_uri="").first()
    if party is None:
        return False
    known = Pseudonym.objects.filter(citizen=citizen_id, sector=party.sector)
    subject = known.values_list("value", flat=True).first()
    if subject is None:
        return False
    told = LogoutNotice(client_id=client_id, subject=subject, cause=cause, change={"event": event, **change})
    told.save(force_insert=True)
    wake()
    return True
