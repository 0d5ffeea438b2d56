"""After a re-proofing: the new credential takes the place of all that came before it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.device import Reason, State
from identity.models import DeviceCertificate, LogoutCause, Passkey
from identity.notices import CREDENTIALS_REPLACED, tell

from .endings import end_access, end_leaves
from .standing import recover_citizen


@action(kinds=(ActorKind.RESIDENT,))
def replace_credentials(*, by: Actor) -> int:
    """Before the new one is stored, in the same transaction: an enrolment code stands for a proofing, so
    whoever holds older keys may be somebody else. A suspension ends with them. Returns how many there were.
    """
    now, citizen_id = timezone.now(), own(by)
    end_leaves(citizen_id)
    passkeys: int = Passkey.objects.filter(citizen=citizen_id, revoked_at=None).update(revoked_at=now)
    devices = DeviceCertificate.objects.filter(citizen_id=citizen_id).exclude(state=State.REVOKED)
    ended = devices.update(state=State.REVOKED, state_at=now, state_by=by.id, reason=Reason.REPLACED)
    if passkeys or ended:
        end_access(by=by, citizen_id=citizen_id, cause=LogoutCause.CREDENTIAL)
        detail = {"passkeys": passkeys, "devices": ended}
        record(by=by, action="credentials.replaced", citizen_id=citizen_id, detail=detail)
        tell(citizen_id, CREDENTIALS_REPLACED)
    recover_citizen(by=by)
    return passkeys + ended


def own(by: Actor) -> UUID:
    """The resident who acts. Raises PermissionDenied."""
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id
