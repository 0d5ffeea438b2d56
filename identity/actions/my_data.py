"""What a resident does with all that is stored of her: take it along, end the digital ID."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.standing import Reason
from identity.models import Citizen
from identity.notices import DATA_EXPORTED, tell
from identity.queries.consents import consents
from identity.queries.exports import FORMAT, VERSION, tables

from .consents import withdraw_consent
from .standing import close_citizen


@action(kinds=(ActorKind.RESIDENT,))
def export_data(*, by: Actor, form: str) -> dict[str, Any]:
    """All of it, and the fact that it was taken, which she is told. form: "json" or "pdf"."""
    citizen_id = _citizen(by)
    record(
        by=by,
        action="resident.data_exported",
        target=Citizen(pk=citizen_id),
        citizen_id=citizen_id,
        detail={"form": form},
    )
    tell(citizen_id, DATA_EXPORTED)
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.localtime().isoformat(),
        "tables": tables(citizen_id),
    }


def as_json(export: dict[str, Any]) -> bytes:
    return json.dumps(export, ensure_ascii=False, indent=1).encode()


@action(kinds=(ActorKind.RESIDENT,))
def close_own_id(*, by: Actor) -> int:
    """For good and at once: consents are withdrawn, tokens and sessions end, services hear of it.

    Returns how many consents were live. Raises ValidationError `status`.
    """
    citizen_id = _citizen(by)
    live = [consent for consent in consents(citizen_id) if consent.is_live]
    for consent in live:
        withdraw_consent(by=by, consent_id=consent.consent_id)
    close_citizen(by=by, citizen_id=citizen_id, reason=Reason.WISH)
    return len(live)


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("not a resident")
    return by.citizen_id
