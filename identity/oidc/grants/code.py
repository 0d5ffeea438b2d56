"""The authorization code grant: PKCE for everyone, single-use codes kept as hashes."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from django.utils import timezone

from consortium.tenancy import context
from identity.actions.tokens import authorize_service, end_authorization, hash_of
from identity.context import actor_of
from identity.models import Authorization, AuthorizationCode
from identity.oidc.clients import OFFERED_METHODS, OFFLINE, confirm
from identity.oidc.standing import stands
from identity.queries import tokens

from .bound import Bound
from .issue import ABSOLUTE, TOKEN_LIFE, issue

CODE_LIFE: Final = timedelta(seconds=60)
CODE_BYTES: Final = 36
NOT_REGISTERED: Final = "client_id or redirect_uri is not registered here."
"""One sentence for both: it tells nobody which clients exist."""


NO_LONGER: Final = "What the resident allowed holds no longer: let her sign in again."


class CodeGrant(Bound, AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = OFFERED_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Any) -> str:
        """Required in every request, and exact."""
        redirect_uri = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError(NOT_REGISTERED)
        return str(redirect_uri)

    def validate_authorization_request(self) -> str:
        """Once for each request: Authlib would ask again, of the same parameters, when it answers."""
        return self.redirect_uri or str(super().validate_authorization_request())

    def generate_authorization_code(self) -> str:
        return token_urlsafe(CODE_BYTES)

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Needs the resident's context."""
        subject, data, now = request.user, request.payload.data, timezone.now()
        scope = granted_scope(request.scope, data.get("prompt", ""))
        offline = OFFLINE in scope.split()
        authorization = Authorization(
            client_id=request.client.client_id,
            citizen_id=subject.citizen_id,
            subject=subject.value,
            sid=subject.sid,
            scope=scope,
            claims=subject.claims,
            acr=subject.acr,
            amr=list(subject.sign_in.amr),
            level=subject.sign_in.level,
            auth_time=subject.sign_in.at,
            issued_at=now,
            expires_at=now + (ABSOLUTE if offline else CODE_LIFE + TOKEN_LIFE),
        )
        held = AuthorizationCode(
            authorization=authorization,
            code_hash=hash_of(code),
            redirect_uri=request.payload.redirect_uri,
            nonce=data.get("nonce", ""),
            code_challenge=data["code_challenge"],
            dpop_jkt=data.get("dpop_jkt", ""),
            issued_at=now,
            expires_at=now + CODE_LIFE,
        )
        by = actor_of(subject.citizen_id, None)
        authorize_service(by=by, session_key=subject.session_key, authorization=authorization, code=held)

    def query_authorization_code(self, code: str, client: Any) -> AuthorizationCode | None:
        """The code, locked until the transaction ends: of parallel redemptions one sees it unredeemed.

        A code that comes back was seen by somebody else: all that it led to is revoked (RFC 6749, 4.1.2).
        """
        held = tokens.codes.lock(hash_of(code), client.client_id)
        if held:
            confirm(client.client_id, held.client_stamp)
        if held and held.redeemed_at:
            with context.nobody():
                end_authorization(
                    by=client.actor, authorization_id=held.authorization_id, reason="code_replayed"
                )
        return held if held and not held.redeemed_at and held.is_live(client) else None

    def generate_token(self, *args: Any, **kwargs: Any) -> Any:
        """A refresh token only for a resident who was told that the service goes on without her."""
        kwargs["include_refresh_token"] &= OFFLINE in kwargs["scope"].split()
        return super().generate_token(*args, **kwargs)

    def save_token(self, token: dict[str, Any]) -> None:
        issue(token, self.request, self.request.authorization_code)

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """It was marked redeemed with the tokens' issue: it must be known again when it is replayed."""

    def authenticate_user(self, authorization_code: AuthorizationCode) -> Any:
        """The authorization says for whom it stands. What was true when she was asked has to be true still:
        she may have withdrawn in between, when there was no authorization yet to be revoked."""
        if not stands(authorization_code.authorization, self.request.client):
            raise InvalidGrantError(NO_LONGER)
        return authorization_code.authorization


def granted_scope(scope: str, prompt: str) -> str:
    """Without a screen that says so nobody gets offline access; it is ignored then (OIDC Core, 11)."""
    unseen = {OFFLINE} if "none" in prompt.split() else set()
    return " ".join(name for name in scope.split() if name not in unseen)
