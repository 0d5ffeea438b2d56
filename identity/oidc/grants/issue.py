"""Writing down what was issued: hashes only; the tokens themselves are in the answer and nowhere else."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from identity.actions.tokens import hash_of
from identity.models import AccessToken, Authorization, RefreshToken

TOKEN_LIFE: Final = timedelta(minutes=10)
IDLE: Final = timedelta(days=14)
"""How long a refresh token may lie unused."""
ABSOLUTE: Final = timedelta(days=90)
"""How long she may be represented without signing in anew."""


def issue(token: dict[str, Any], request: Any) -> None:
    """token: Authlib's answer to be. request.user: the authorization. request.jkt: the key it is bound to."""
    authorization: Authorization = request.user
    now = timezone.now()
    AccessToken.objects.create(
        authorization=authorization,
        token_hash=hash_of(token["access_token"]),
        scope=token["scope"],
        jkt=request.jkt,
        issued_at=now,
        expires_at=min(now + timedelta(seconds=token["expires_in"]), authorization.expires_at),
    )
    if "refresh_token" in token:
        RefreshToken.objects.create(
            authorization=authorization,
            token_hash=hash_of(token["refresh_token"]),
            jkt=request.jkt,
            issued_at=now,
            expires_at=idle_end(authorization, now),
        )


def idle_end(authorization: Authorization, now: datetime) -> datetime:
    return min(now + IDLE, authorization.expires_at)
