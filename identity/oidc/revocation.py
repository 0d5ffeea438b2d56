"""Revocation (RFC 7009): a service gives back what it was given."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint

from identity.actions.tokens import end_authorization, end_token
from identity.models import RefreshToken

from .clients import OFFERED_METHODS, Client
from .errors import UnsupportedTokenTypeError
from .presented import Presented, look_up


class Revocation(RevocationEndpoint):
    """Of an unknown token nothing is said (section 2.2); one of somebody else's is refused."""

    CLIENT_AUTH_METHODS = OFFERED_METHODS

    def check_params(self, request: Any, client: Client) -> None:
        if not request.form.get("token"):
            raise InvalidRequestError("The parameter token is missing.")
        if request.form.get("token_type_hint", "access_token") not in self.SUPPORTED_TOKEN_TYPES:
            raise UnsupportedTokenTypeError

    def authenticate_token(self, request: Any, client: Client) -> Presented | None:
        try:
            found: Presented | None = super().authenticate_token(request, client)  # type: ignore[no-untyped-call]  # Authlib
        except InvalidGrantError:
            raise InvalidGrantError("The token was not issued to this client.") from None
        return found

    def query_token(self, token_string: str, token_type_hint: str | None) -> Presented | None:
        return look_up(token_string)

    def revoke_token(self, token: Presented, request: Any) -> None:
        """With a refresh token all that came of the authorization ends; an access token ends alone."""
        by, row = request.client.actor, token.row
        if isinstance(row, RefreshToken):
            end_authorization(by=by, authorization_id=row.authorization_id, reason="revoked")
        else:
            end_token(by=by, token=row)
