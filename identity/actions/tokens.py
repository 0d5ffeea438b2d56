"""Beginning and ending what the OpenID Provider issues. Callers hold the transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from consortium.audit.record import event, record
from consortium.tenancy import statements
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import uuid7
from identity.models import AccessToken, Authorization, AuthorizationCode, MachineToken, RefreshToken


def hash_of(secret: str) -> str:
    """How codes and tokens are stored: random 256-bit values need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()


class SessionEnded(Exception):
    """The sign-in that something was to rest on is over."""


_OPEN: Final = "SELECT FROM identity_residentsession WHERE session_key = %s FOR NO KEY UPDATE"


@action(kinds=(ActorKind.RESIDENT,), one_statement=True)
def authorize_service(
    *, by: Actor, session_key: str, authorization: Authorization, code: AuthorizationCode
) -> None:
    """She signs in to a service: keeps the authorization and the code that the service gets for it.

    Her session stays open until the transaction ends: who ends it together with all that it led to
    (actions.endings) waits, and finds the authorization. Raises SessionEnded where it is over by now.
    """
    detail = {"client_id": authorization.client_id, "authorization": str(authorization.pk)}
    given = event(by=by, action="authorization.given", citizen_id=by.citizen_id, detail=detail)
    if not statements.insert(authorization, code, given, only_if=(_OPEN, [session_key])):
        raise SessionEnded


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


def revoke_all_tokens(citizen_id: UUID) -> int:
    """End all codes and tokens of one resident at all clients; returns how many authorizations ended."""
    live = Authorization.objects.filter(citizen_id=citizen_id, revoked_at=None)
    return live.update(revoked_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Issue:
    """What one answer of the token endpoint gives out, and what was given for it.

    refresh_hash: empty where no refresh token is issued. jkt: the key that both are bound to, or empty.
    """

    authorization: Authorization
    scope: str
    jkt: str
    access_hash: str
    access_ends: datetime
    refresh_hash: str
    refresh_ends: datetime
    spent: AuthorizationCode | RefreshToken


def keep_issued(issue: Issue) -> None:
    """All in one statement: the tokens are there, and what was given for them is used up. A refresh token
    that no other follows stays, for as long again."""
    values: dict[str, Any] = {
        "authorization": issue.authorization.pk,
        "scope": issue.scope,
        "jkt": issue.jkt,
        "now": timezone.now(),
        "access": uuid7(),
        "access_hash": issue.access_hash,
        "access_ends": issue.access_ends,
        "refresh": uuid7(),
        "refresh_hash": issue.refresh_hash,
        "refresh_ends": issue.refresh_ends,
        "spent": issue.spent.pk,
    }
    statements.run(_kept(issue), values)


def _kept(issue: Issue) -> str:
    if isinstance(issue.spent, AuthorizationCode):
        spent = _REDEEMED
    else:
        spent = _ROTATED if issue.refresh_hash else _PROLONGED
    return f"WITH access AS ({_ACCESS}){f', refresh AS ({_REFRESH})' if issue.refresh_hash else ''} {spent}"


_ACCESS = """
    INSERT INTO identity_accesstoken (id, authorization_id, issued_at, expires_at, token_hash, jkt, scope)
    VALUES (%(access)s, %(authorization)s, %(now)s, %(access_ends)s, %(access_hash)s, %(jkt)s, %(scope)s)
"""
_REFRESH = """
    INSERT INTO identity_refreshtoken (id, authorization_id, issued_at, expires_at, token_hash, jkt)
    VALUES (%(refresh)s, %(authorization)s, %(now)s, %(refresh_ends)s, %(refresh_hash)s, %(jkt)s)
"""
_REDEEMED = "UPDATE identity_authorizationcode SET redeemed_at = %(now)s WHERE id = %(spent)s"
_ROTATED = "UPDATE identity_refreshtoken SET rotated_at = %(now)s WHERE id = %(spent)s"
_PROLONGED = "UPDATE identity_refreshtoken SET expires_at = %(refresh_ends)s WHERE id = %(spent)s"
