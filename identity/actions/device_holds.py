"""What befalls a resident's devices with her whole digital ID. Part of the calling action, before a residence
ends, and after it has locked her status: whoever asks for a certificate waits for that lock (devices)."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from consortium.tenancy.actor import Actor
from identity.domain.device import Reason, State
from identity.models import DeviceCertificate


def hold_devices(by: Actor, citizen_id: UUID) -> None:
    """Certificates go on hold, in whatever state each is; what was asked for and not issued is refused."""
    withdraw(by, _hers(citizen_id), Reason.CLOSED)
    _hers(citizen_id).exclude(state=State.REVOKED).update(held_at=timezone.now())


def release_devices(citizen_id: UUID) -> None:
    """Each is again what it is by its own state."""
    _hers(citizen_id).update(held_at=None)


def close_devices(by: Actor, citizen_id: UUID) -> None:
    """For good."""
    _revoke(by, _hers(citizen_id).exclude(state=State.REVOKED), Reason.CLOSED)


def withdraw(by: Actor, rows: QuerySet[DeviceCertificate], reason: Reason) -> None:
    """Those of the rows that wait for their certificate get none."""
    _revoke(by, rows.filter(state=State.REQUESTED), reason)


def _revoke(by: Actor, rows: QuerySet[DeviceCertificate], reason: Reason) -> None:
    rows.update(state=State.REVOKED, state_at=timezone.now(), state_by=by.id, reason=reason)


def _hers(citizen_id: UUID) -> QuerySet[DeviceCertificate]:
    return DeviceCertificate.objects.filter(citizen_id=citizen_id)
