"""The ID token (OpenID Connect Core section 2), the same at the code's redemption and at a refresh."""

import time
from typing import Any, Final

from authlib.oidc.core import OpenIDCode, UserInfo
from django.conf import settings
from joserfc.jwk import Key

from identity.actions.disclose import DisclosureRefused
from identity.domain.attributes import Attribute
from identity.domain.session_id import sid_of
from identity.models import Authorization

from . import keys
from .clients import Client
from .disclosing import disclosed

ID_TOKEN_LIFE: Final = 600


class IdToken(OpenIDCode):
    """Names the resident by her sector pseudonym and tells how she signed in; attributes go by userinfo,
    unless the `claims` parameter wanted them here.

    All of that stands in the authorization, request.user of both grants: a refreshed token tells of the
    sign-in that was, never of now. The nonce belongs to the authorization request and is not repeated.
    """

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """A nonce is the client's to check; a code and its PKCE challenge are single-use here."""
        return False

    def get_client_algorithm(self, client: Any) -> str:
        return keys.permitted(client.id_token_alg, fapi=client.sector.profile.fapi)

    def get_encode_header(self, client: Any) -> dict[str, str]:
        kid, algorithm, _ = keys.signing_key(self.get_client_algorithm(client))
        return {"alg": algorithm, "kid": kid, "typ": "JWT"}

    def resolve_client_private_key(self, client: Any) -> Key:
        return keys.signing_key(self.get_client_algorithm(client)).key

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": settings.IDENTITY_URL,
            "aud": client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_LIFE,
        }

    def get_authorization_code_claims(self, authorization_code: Any) -> dict[str, Any]:
        return {"nonce": authorization_code.nonce} if authorization_code.nonce else {}

    def get_compatible_claims(self, request: Any) -> dict[str, Any]:
        claims: dict[str, Any] = super().get_compatible_claims(request)
        return claims | _asked_for(request.user, request.client)

    def generate_user_info(self, user: Authorization, scope: str) -> UserInfo:
        return UserInfo(
            sub=user.subject,
            sid=sid_of(user.sid, user.client_id),
            auth_time=user.auth_time,
            acr=user.acr,
            amr=list(user.amr),
        )


def _asked_for(authorization: Authorization, client: Client) -> dict[str, Any]:
    """Attributes that the `claims` parameter wants here (OpenID Connect Core section 5.5).

    They are voluntary: without a live consent the ID token goes without them.
    """
    wanted = set(Attribute).intersection(authorization.claims.get("id_token", {}))
    if not wanted:
        return {}
    try:
        return disclosed(authorization, client, wanted, path="id_token")
    except DisclosureRefused:
        return {}
