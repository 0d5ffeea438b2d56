"""Writing down what was issued: hashes only; the tokens themselves are in the answer and nowhere else."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from identity.actions.tokens import hash_of
from identity.models import AccessToken

TOKEN_LIFE: Final = timedelta(minutes=10)


def issue(token: dict[str, Any], request: Any) -> None:
    """token: Authlib's answer to be. request.user: the authorization. request.jkt: the key it is bound to."""
    AccessToken.objects.create(
        authorization=request.user,
        token_hash=hash_of(token["access_token"]),
        scope=token["scope"],
        jkt=request.jkt,
        expires_at=timezone.now() + timedelta(seconds=token["expires_in"]),
    )
