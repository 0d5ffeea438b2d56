"""The client credentials grant (RFC 6749 section 4.4): a service in its own name, without any resident."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from identity.oidc import machine_token
from identity.oidc.clients import CONFIDENTIAL_METHODS

from .bound import Bound


class MachineGrant(Bound, ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL_METHODS

    def validate_requested_scope(self) -> None:
        """What it asks for, all of it; or all that it is registered for."""
        allowed = self.request.client.machine_scopes
        wanted = dict.fromkeys((self.request.payload.scope or " ".join(sorted(allowed))).split())
        if not wanted or not allowed.issuperset(wanted):
            raise InvalidScopeError("The client is not registered for this scope in its own name.")
        self.request.scope = " ".join(wanted)

    def generate_token(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """A signed JWT instead of the opaque tokens that stand for residents."""
        return machine_token.issue(self.request.client, self.request.scope, self.request.jkt)

    def save_token(self, token: dict[str, Any]) -> None:
        """Done where the JWT is made: the row holds its `jti`."""
