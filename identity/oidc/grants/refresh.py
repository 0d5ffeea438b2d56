"""The refresh grant (RFC 6749 section 6; RFC 9700 section 4.14; FAPI 2.0 section 5.3.2.1).

A token of a public client, or of one whose access tokens anybody could use, is good once: with each use
another takes its place, and one that comes back ends the family. A confidential client whose access tokens
are bound to its key keeps its refresh token, which only it can use anyway; rotation would only lose it.
"""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant

from consortium.tenancy import context
from identity.actions.tokens import end_authorization, hash_of
from identity.models import Authorization, RefreshToken
from identity.oidc.clients import OFFERED_METHODS, Client, confirm
from identity.oidc.standing import stands
from identity.queries import tokens

from .bound import Bound
from .issue import issue

SIGN_IN_ANEW = "The refresh token is not valid, or no longer: let the resident sign in again."


class RefreshGrant(Bound, RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = OFFERED_METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken:
        """The token, locked until the transaction ends. Raises InvalidGrantError."""
        client = self.request.client
        held = tokens.refresh_tokens.lock(hash_of(refresh_token), client.client_id)
        if held:
            confirm(client.client_id, held.client_stamp)
        if held and held.rotated_at:
            with context.nobody():
                end_authorization(
                    by=client.actor, authorization_id=held.authorization_id, reason="refresh_token_reused"
                )
        if held is None or held.rotated_at or not held.is_live(client) or not self.proves(held, client):
            raise InvalidGrantError(SIGN_IN_ANEW)
        return held

    def proves(self, held: RefreshToken, client: Client) -> bool:
        """A public client shows the key that the token is bound to; a confidential one any key, since its
        authentication already binds the token to it (RFC 9449, 5). Bound is never followed by bearer."""
        jkt = self.request.jkt
        return bool(jkt if held.jkt and client.is_confidential else jkt == held.jkt)

    def authenticate_user(self, refresh_token: Any) -> Any:
        """What had to be true when she signed in has to be true still."""
        if not stands(refresh_token.authorization, self.request.client):
            raise InvalidGrantError(SIGN_IN_ANEW)
        return refresh_token.authorization

    def issue_token(self, user: Authorization, refresh_token: Any) -> Any:
        """Of what was granted: what is asked for, as far as the service may still have it."""
        wanted = (self.request.payload.scope or user.scope).split()
        scope = " ".join(name for name in wanted if name in self.request.client.scopes)
        if not scope:
            raise InvalidScopeError
        rotates = is_rotated(refresh_token, self.request.client)
        return self.generate_token(user=user, scope=scope, include_refresh_token=rotates)

    def save_token(self, token: dict[str, Any]) -> None:
        issue(token, self.request, self.request.refresh_token)

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """It was marked as rotated with the tokens' issue: it must be known again when it is reused."""


def is_rotated(held: RefreshToken, client: Client) -> bool:
    return not (held.jkt and client.is_confidential)
