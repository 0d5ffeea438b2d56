"""Beginning and ending what the OpenID Provider issues. Callers hold the transaction."""

import hashlib
from uuid import UUID

from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import AccessToken, Authorization, AuthorizationCode, MachineToken


def hash_of(secret: str) -> str:
    """How codes and tokens are stored: random 256-bit values need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action(kinds=(ActorKind.RESIDENT,))
def authorize_service(*, by: Actor, authorization: Authorization, code: AuthorizationCode) -> None:
    """She signs in to a service: keeps the authorization and the code that the service gets for it."""
    authorization.save(force_insert=True)
    code.save(force_insert=True)
    detail = {"client_id": authorization.client_id, "authorization": str(authorization.pk)}
    record(by=by, action="authorization.given", citizen_id=by.citizen_id, detail=detail)


@action(kinds=(ActorKind.SERVICE, ActorKind.SYSTEM))
def end_authorization(*, by: Actor, authorization_id: UUID, reason: str) -> bool:
    """End all that one authorization led to; returns whether it was live.

    by: the service, who need not have wanted it: a code or token that came twice was seen by somebody else.
    reason: "code_replayed", "refresh_token_reused" or "revoked".
    """
    live = Authorization.objects.filter(pk=authorization_id, revoked_at=None)
    ended = bool(live.update(revoked_at=timezone.now()))
    if ended:
        detail = {"client_id": by.id, "authorization": str(authorization_id), "reason": reason}
        record(by=by, action="authorization.ended", detail=detail)
    return ended


@action(kinds=(ActorKind.SERVICE,))
def end_token(*, by: Actor, token: AccessToken | MachineToken) -> None:
    """The service gives back this one token; what else it holds stays good."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(by=by, action="token.ended", target=token, detail={"client_id": by.id})


def revoke_tokens(citizen_id: UUID, client_id: str) -> int:
    """End all codes and tokens of one resident at one client; returns how many authorizations ended."""
    live = Authorization.objects.filter(citizen_id=citizen_id, client_id=client_id, revoked_at=None)
    return live.update(revoked_at=timezone.now())
