"""Ending all access with a resident's digital ID: suspended, closed, a credential lost."""

from typing import Final
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from identity.models import Authorization, DeviceLeave, LogoutCause, ResidentSession

from .logouts import tell_services, wake
from .tokens import revoke_all_tokens

AT_ONCE: Final = 500


def end_access(*, by: Actor, citizen_id: UUID, cause: LogoutCause) -> int:
    """Call this from any action that suspends or closes a digital ID or revokes a credential of it.

    Within the caller's transaction, which must still see the resident (before a residence is ended): each of
    her sessions ends, and with each authorization all codes and tokens that came of it. The services where
    she signed in lately hear of it by back-channel logout, seconds after the commit.

    Works in the context of the resident, of staff of the municipality where she lives, and of a worker for
    it. The permission is the calling action's. Returns how many authorizations were live.
    """
    sessions, _by_model = ResidentSession.objects.filter(citizen_id=citizen_id).delete()
    end_leaves(citizen_id)
    ended = revoke_all_tokens(citizen_id)
    kept = Authorization.objects.filter(citizen_id=citizen_id).update(ended_for=cause)
    if kept:
        wake()
    detail = {"cause": str(cause), "sessions": sessions, "authorizations": ended}
    record(by=by, action="resident.access_ended", citizen_id=citizen_id, detail=detail)
    return ended


def end_leaves(citizen_id: UUID) -> None:
    """No device is added any more by leave that was given before."""
    DeviceLeave.objects.filter(citizen_id=citizen_id, used_at=None).update(used_at=timezone.now())


def queue_notices() -> int:
    """Write the logout notices of what `end_access` ended, for the worker; returns how many authorizations
    they stand for. Each is queued once, however many workers try."""
    with context.worker():
        untold = Authorization.objects.filter(told_at=None).exclude(ended_for="")
        rows = untold.select_for_update(skip_locked=True)
        found = list(rows.values_list("id", "client_id", "subject", "sid", "ended_for")[:AT_ONCE])
        for cause in {row[4] for row in found}:
            tell_services({row[1:4] for row in found if row[4] == cause}, LogoutCause(cause))
        Authorization.objects.filter(id__in=[row[0] for row in found]).update(told_at=TransactionNow())
    return len(found)
