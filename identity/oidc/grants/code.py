"""The authorization code grant: PKCE for everyone, single-use codes kept as hashes."""

from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from django.utils import timezone

from identity.actions.tokens import hash_of, revoke_family
from identity.models import Authorization, AuthorizationCode
from identity.oidc.clients import OFFERED_METHODS

from .bound import Bound
from .issue import TOKEN_LIFE, issue

CODE_LIFE: Final = timedelta(seconds=60)
NOT_REGISTERED: Final = "client_id or redirect_uri is not registered here."
"""One sentence for both: it tells nobody which clients exist."""


class CodeGrant(Bound, AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = OFFERED_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Any) -> str:
        """Required in every request, and exact."""
        redirect_uri = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError(NOT_REGISTERED)
        return str(redirect_uri)

    def save_authorization_code(self, code: str, request: Any) -> AuthorizationCode:
        subject, data, now = request.user, request.payload.data, timezone.now()
        authorization = Authorization.objects.create(
            client_id=request.client.client_id,
            citizen_id=subject.citizen_id,
            subject=subject.value,
            sid=subject.sid,
            scope=request.scope,
            acr=subject.acr,
            amr=list(subject.sign_in.amr),
            auth_time=subject.sign_in.at,
            issued_at=now,
            expires_at=now + CODE_LIFE + TOKEN_LIFE,
        )
        return AuthorizationCode.objects.create(
            authorization=authorization,
            code_hash=hash_of(code),
            redirect_uri=request.payload.redirect_uri,
            nonce=data.get("nonce", ""),
            code_challenge=data["code_challenge"],
            dpop_jkt=data.get("dpop_jkt", ""),
            issued_at=now,
            expires_at=now + CODE_LIFE,
        )

    def query_authorization_code(self, code: str, client: Any) -> AuthorizationCode | None:
        """The code, locked until the transaction ends: of parallel redemptions one sees it unredeemed.

        A code that comes back was seen by somebody else: all that it led to is revoked (RFC 6749, 4.1.2).
        """
        rows = AuthorizationCode.objects.select_related("authorization").select_for_update(of=("self",))
        held = rows.filter(code_hash=hash_of(code), authorization__client_id=client.client_id).first()
        if held and held.redeemed_at:
            revoke_family(held.authorization_id)
        unusable = held is None or held.redeemed_at or held.is_expired() or held.is_revoked()
        return None if unusable else held

    def save_token(self, token: dict[str, Any]) -> None:
        issue(token, self.request)

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Mark it redeemed: it must be known again when it is replayed."""
        authorization_code.redeemed_at = timezone.now()
        authorization_code.save(update_fields=["redeemed_at"])

    def authenticate_user(self, authorization_code: AuthorizationCode) -> Any:
        """The authorization says for whom it stands; her own rows are not open to this request."""
        return authorization_code.authorization
