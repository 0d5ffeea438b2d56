"""Writing down what was issued: hashes only; the tokens themselves are in the answer and nowhere else."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from identity.actions.tokens import Issue, hash_of, keep_issued
from identity.models import AuthorizationCode, RefreshToken

TOKEN_LIFE: Final = timedelta(minutes=10)
IDLE: Final = timedelta(days=14)
"""How long a refresh token may lie unused."""
ABSOLUTE: Final = timedelta(days=90)
"""How long she may be represented without signing in anew."""


def issue(token: dict[str, Any], request: Any, spent: AuthorizationCode | RefreshToken) -> None:
    """token: Authlib's answer to be. request.user: the authorization. request.jkt: the key it is bound to.

    spent: what was given for it.
    """
    authorization, now = request.user, timezone.now()
    keep_issued(
        Issue(
            authorization=authorization,
            scope=token["scope"],
            jkt=request.jkt,
            access_hash=hash_of(token["access_token"]),
            access_ends=min(now + timedelta(seconds=token["expires_in"]), authorization.expires_at),
            refresh_hash=hash_of(token["refresh_token"]) if "refresh_token" in token else "",
            refresh_ends=min(now + IDLE, authorization.expires_at),
            spent=spent,
        )
    )
