"""A resident signs out on her other devices."""

from django.core.exceptions import PermissionDenied

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import ResidentSession


@action(kinds=(ActorKind.RESIDENT,))
def end_sessions(*, by: Actor, keys: list[str]) -> int:
    """keys: of sessions; only her own end. Returns how many."""
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    own = ResidentSession.objects.filter(citizen_id=by.citizen_id, session_key__in=keys)
    ended, _by_model = own.delete()
    if ended:
        record(by=by, action="resident.sessions_ended", citizen_id=by.citizen_id, detail={"count": ended})
    return ended
