"""Ending what the OpenID Provider issued. Callers hold the transaction, so that it ends with their write."""

import hashlib
from uuid import UUID

from django.utils import timezone

from identity.models import Authorization


def hash_of(secret: str) -> str:
    """How codes and tokens are stored: random 256-bit values need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()


def revoke_tokens(citizen_id: UUID, client_id: str) -> int:
    """End all codes and tokens of one resident at one client; returns how many authorizations ended."""
    live = Authorization.objects.filter(citizen_id=citizen_id, client_id=client_id, revoked_at=None)
    return live.update(revoked_at=timezone.now())


def revoke_family(authorization_id: UUID) -> int:
    """End all that one authorization led to; returns whether it was live, as 1 or 0."""
    return Authorization.objects.filter(pk=authorization_id, revoked_at=None).update(
        revoked_at=timezone.now()
    )
