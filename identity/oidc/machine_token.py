"""Access tokens of services in their own name: JWTs (RFC 9068) that say whose they are and for what.

Anybody can check them with the JWKS; our own endpoints also ask whether they were revoked.
"""

import secrets
import time
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError

from identity.models import MachineToken
from identity.queries import tokens

from . import keys
from .clients import Client, insert_for

LIFE: Final = timedelta(minutes=10)
TYPE: Final = "at+jwt"
ALGORITHM: Final = "ES256"


def audience() -> str:
    """The API for services: the one resource that takes these tokens."""
    return f"{settings.IDENTITY_URL}/api/v1"


def issue(client: Client, scope: str, jkt: str) -> dict[str, Any]:
    """The answer of the token endpoint; its row is written."""
    issued_at, jti = timezone.now(), secrets.token_urlsafe(24)
    ends_at = issued_at + LIFE
    claims = {
        "iss": settings.IDENTITY_URL,
        "sub": client.client_id,
        "client_id": client.client_id,
        "aud": audience(),
        "iat": int(issued_at.timestamp()),
        "exp": int(ends_at.timestamp()),
        "jti": jti,
        "scope": scope,
        **({"cnf": {"jkt": jkt}} if jkt else {}),
    }
    kid, algorithm, key = keys.signing_key()
    token = jwt.encode({"alg": algorithm, "kid": kid, "typ": TYPE}, claims, key, [ALGORITHM])
    insert_for(
        client,
        MachineToken(
            jti=jti,
            client_id=client.client_id,
            scope=scope,
            jkt=jkt,
            issued_at=issued_at,
            expires_at=ends_at,
        ),
    )
    return {
        "token_type": "DPoP" if jkt else "Bearer",
        "access_token": token,
        "expires_in": int(LIFE.total_seconds()),
        "scope": scope,
    }


def read(token: str) -> MachineToken | None:
    """Its row, if we signed it for our API and it has not ended. The caller asks how its client stands.

    None for anything else, also for JWTs of ours that are no access tokens. Needs an open context.
    """
    claims = _claims(token)
    if claims is None:
        return None
    return tokens.machine_token(claims["jti"])


def _claims(token: str) -> dict[str, Any] | None:
    try:
        read = jwt.decode(token, keys.ring().known, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return None
    claims = read.claims
    ours = read.header.get("typ") == TYPE and claims.get("iss") == settings.IDENTITY_URL
    return claims if ours and claims.get("aud") == audience() and claims["exp"] > time.time() else None
