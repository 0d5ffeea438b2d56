"""Ending what the OpenID Provider issued. Callers hold the transaction, so that it ends with their write."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from identity.models import AccessToken, AuthorizationCode


def revoke_tokens(citizen_id: UUID, client_id: str) -> int:
    """End all codes and tokens of one resident at one client; returns how many there were."""
    return sum(
        _revoke(model.objects.filter(citizen_id=citizen_id, client_id=client_id))
        for model in (AuthorizationCode, AccessToken)
    )


def revoke_family(family: UUID) -> int:
    """End all that one authorization led to; returns how many there were."""
    return sum(_revoke(model.objects.filter(family=family)) for model in (AuthorizationCode, AccessToken))


def _revoke(rows: QuerySet[AuthorizationCode] | QuerySet[AccessToken]) -> int:
    return rows.filter(revoked_at=None).update(revoked_at=timezone.now())
