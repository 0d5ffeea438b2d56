"""The authorization code grant: PKCE for everyone, single-use codes kept as hashes, our ID token.

Authlib hands its request and client over as what they may be at any time, None included, hence `Any`: here
a client is a clients.Client, request.user a subject.Subject and the code a models.AuthorizationCode.
"""

import hashlib
import time
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from authlib.oidc.core.errors import (
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)
from django.conf import settings
from django.utils import timezone
from joserfc.jwk import Key

from identity.actions.tokens import revoke_family
from identity.models import AuthorizationCode

from . import keys, policy
from .clients import OFFERED_METHODS

CODE_LIFE: Final = timedelta(seconds=60)
ID_TOKEN_LIFE: Final = 600
CHALLENGE_LENGTH: Final = 43
NOT_REGISTERED: Final = "client_id or redirect_uri is not registered here."
"""One sentence for both: it tells nobody which clients exist."""
PROMPTS: Final = frozenset({"none", "login", "consent"})
UNSUPPORTED: Final = {
    "request": RequestNotSupportedError,
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}


def hash_of(secret: str) -> str:
    """How codes and tokens are stored: random 256-bit values need no salt and no stretching."""
    return hashlib.sha256(secret.encode()).hexdigest()


class CodeGrant(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = OFFERED_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Any) -> str:
        """Required in every request, and exact."""
        redirect_uri = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError(NOT_REGISTERED)
        return str(redirect_uri)

    def save_authorization_code(self, code: str, request: Any) -> AuthorizationCode:
        subject, data = request.user, request.payload.data
        return AuthorizationCode.objects.create(
            code_hash=hash_of(code),
            family=uuid4(),
            client_id=request.client.client_id,
            citizen_id=subject.citizen_id,
            subject=subject.value,
            sid=subject.sid,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            nonce=data.get("nonce", ""),
            code_challenge=data["code_challenge"],
            acr=subject.acr,
            amr=list(subject.sign_in.amr),
            auth_time=subject.sign_in.at,
            expires_at=timezone.now() + CODE_LIFE,
        )

    def query_authorization_code(self, code: str, client: Any) -> AuthorizationCode | None:
        """The code, locked until the transaction ends: of parallel redemptions one sees it unredeemed.

        A code that comes back was seen by somebody else: all that it led to is revoked (RFC 6749, 4.1.2).
        """
        rows = AuthorizationCode.objects.select_for_update()
        held = rows.filter(code_hash=hash_of(code), client_id=client.client_id).first()
        if held and held.redeemed_at:
            revoke_family(held.family)
        unusable = held is None or held.redeemed_at or held.is_expired() or held.is_revoked()
        return None if unusable else held

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Mark it redeemed: it must be known again when it is replayed."""
        authorization_code.redeemed_at = timezone.now()
        authorization_code.save(update_fields=["redeemed_at"])

    def authenticate_user(self, authorization_code: AuthorizationCode) -> AuthorizationCode:
        """The code itself says for whom it stands; her own rows are not open to this request."""
        return authorization_code


class RequiredChallenge(CodeChallenge):
    """PKCE with S256 for confidential clients too (RFC 9700, 2.1.1); `plain` and its default are refused."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError(
                "PKCE is required: send code_challenge with code_challenge_method=S256."
            )
        if len(data.get("code_challenge", "")) != CHALLENGE_LENGTH:
            raise InvalidRequestError(
                "code_challenge must be a SHA-256 digest in 43 characters of base64url."
            )
        super().validate_code_challenge(grant, redirect_uri)


class Profile:
    """What this provider asks of an authorization request beyond OAuth's own rules."""

    def __call__(self, grant: Any) -> None:
        grant.register_hook("before_validate_authorization_request_payload", self.check)

    def check(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        for name, error in UNSUPPORTED.items():
            if name in data:
                raise error(redirect_uri=redirect_uri)
        policy.require_profile(grant.client)
        _check_values(data)


def _check_values(data: dict[str, str]) -> None:
    if data.get("response_mode", "query") != "query":
        raise InvalidRequestError("response_mode must be query.")
    prompts = data.get("prompt", "").split()
    if not PROMPTS.issuperset(prompts) or ("none" in prompts and len(prompts) > 1):
        raise InvalidRequestError("prompt must be none, or login and consent in any combination.")
    if not data.get("max_age", "0").isdecimal() or len(data.get("max_age", "0")) > 9:
        raise InvalidRequestError("max_age must be a number of seconds.")


class IdToken(OpenIDCode):
    """Names the resident by her sector pseudonym and tells how she signed in; attributes go by userinfo."""

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """A nonce is the client's to check; a code and its PKCE challenge are single-use here."""
        return False

    def get_client_algorithm(self, client: Any) -> str:
        return keys.signing_key()[1]

    def get_encode_header(self, client: Any) -> dict[str, str]:
        kid, algorithm, _ = keys.signing_key()
        return {"alg": algorithm, "kid": kid, "typ": "JWT"}

    def resolve_client_private_key(self, client: Any) -> Key:
        return keys.signing_key()[2]

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": settings.IDENTITY_URL,
            "aud": client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_LIFE,
        }

    def get_authorization_code_claims(self, authorization_code: Any) -> dict[str, Any]:
        return {**super().get_authorization_code_claims(authorization_code), "sid": authorization_code.sid}

    def generate_user_info(self, user: AuthorizationCode, scope: str) -> UserInfo:
        return UserInfo(sub=user.subject)
