"""Ending a resident's sign-ins: her sessions, what services hold of them, and telling the services."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from consortium.audit.record import record
from consortium.celery import HEADERS, app
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.session_id import SESSION_NAME, sid_of
from identity.models import Authorization, LogoutCause, LogoutNotice, Pseudonym, ResidentSession
from services.models import RelyingParty

DELIVER: Final = "identity.tasks.deliver_logouts"
_OFFLINE: Final = r"(^| )offline_access( |$)"
"""Of a scope: she was told that the service goes on without her (Back-Channel Logout 1.0, section 2.7)."""


@action(kinds=(ActorKind.RESIDENT,))
def sign_out(*, by: Actor, session: str) -> int:
    """End what services hold of her present sign-in; the caller ends the session itself.

    session: its name (SESSION_NAME), empty if no service was ever signed in to. Returns how many hear of it.
    """
    citizen_id = _citizen(by)
    told = end_at_services(citizen_id, [session] if session else [])
    record(by=by, action="resident.signed_out", citizen_id=citizen_id, detail={"services": told})
    return told


@action(kinds=(ActorKind.RESIDENT,))
def end_sessions(*, by: Actor, keys: Collection[str]) -> int:
    """Sign out elsewhere. keys: of sessions; only her own end. Returns how many."""
    citizen_id = _citizen(by)
    own = ResidentSession.objects.filter(citizen_id=citizen_id, session_key__in=keys)
    names = [name for row in own if (name := row.get_decoded().get(SESSION_NAME))]
    ended, _by_model = own.delete()
    if ended:
        told = end_at_services(citizen_id, names)
        detail = {"count": ended, "services": told}
        record(by=by, action="resident.sessions_ended", citizen_id=citizen_id, detail=detail)
    return ended


def end_at_services(citizen_id: UUID, sessions: Collection[str]) -> int:
    """Within the caller's transaction: tokens of these sign-ins end, but for those she granted for the time
    after; each service that registered an address for it is told. Returns how many are."""
    if not sessions:
        return 0
    found = Authorization.objects.filter(citizen_id=citizen_id, sid__in=sessions)
    live = found.filter(revoked_at=None).exclude(scope__regex=_OFFLINE)
    told = tell_services(set(found.values_list("client_id", "subject", "sid")), LogoutCause.SIGNED_OUT)
    live.update(revoked_at=timezone.now())
    return told


def tell_of_withdrawal(citizen_id: UUID, client_id: str) -> int:
    """Within the caller's transaction: the service ends what it still has open of hers, also when her
    sign-ins there are so long ago that nothing is kept of them."""
    found = Authorization.objects.filter(citizen_id=citizen_id, client_id=client_id)
    known = set(found.values_list("client_id", "subject", "sid"))
    if not known:
        of_sector = RelyingParty.objects.filter(client_id=client_id).values("sector")
        names = Pseudonym.objects.filter(citizen=citizen_id, sector__in=of_sector)
        known = {(client_id, name, "") for name in names.values_list("value", flat=True)}
    return tell_services(known, LogoutCause.WITHDRAWN)


def tell_services(known: Collection[tuple[str, str, str]], cause: LogoutCause) -> int:
    """Within the caller's transaction: a notice per service and session; one for all sessions, if the
    service can do with it, unless only one of them ended. Returns how many.

    known: client, pseudonym and the session's name here, empty for one that is forgotten.
    """
    rows = RelyingParty.objects.filter(client_id__in={client_id for client_id, _, _ in known})
    names_session = dict(
        rows.exclude(backchannel_logout_uri="").values_list(
            "client_id", "backchannel_logout_session_required"
        )
    )
    addressed = {
        (
            client_id,
            subject,
            sid_of(sid, client_id)
            if sid and (cause == LogoutCause.SIGNED_OUT or names_session[client_id])
            else "",
        )
        for client_id, subject, sid in known
        if client_id in names_session
    }
    LogoutNotice.objects.bulk_create(
        LogoutNotice(client_id=client_id, subject=subject, sid=sid, cause=cause)
        for client_id, subject, sid in sorted(addressed)
    )
    if addressed:
        wake()
    return len(addressed)


def wake() -> None:
    """Once per transaction. Should the message be lost, the next tick of the schedule does the same."""
    if not any(entry[1] is _publish for entry in connection.run_on_commit):
        transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    app.send_task(DELIVER, headers=HEADERS, retry=False)


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id
