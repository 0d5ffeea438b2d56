"""Tokens bound to a key (RFC 9449 section 5), the same for every grant."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError

from identity.oidc.dpop import InvalidProofError


class Bound:
    """Goes before Authlib's grant: no bearer token for a client that must or did ask for a bound one."""

    request: Any

    def authenticate_token_endpoint_client(self) -> Any:
        """The proof is looked at before any row is locked: that it is good once Valkey has to say."""
        client = super().authenticate_token_endpoint_client()  # type: ignore[misc]  # of the grant that follows
        _ = self.request.jkt
        return client

    def validate_token_request(self) -> None:
        super().validate_token_request()  # type: ignore[misc]
        jkt, code = self.request.jkt, self.request.authorization_code
        if self.request.client.requires_dpop and not jkt:
            raise InvalidProofError("This client must use DPoP: send a proof in the DPoP header.")
        if code and code.dpop_jkt and code.dpop_jkt != jkt:
            raise InvalidGrantError("The code is bound to a key: redeem it with a DPoP proof of that key.")

    def generate_token(self, *args: Any, **kwargs: Any) -> Any:
        token = super().generate_token(*args, **kwargs)  # type: ignore[misc]
        return {**token, "token_type": "DPoP"} if self.request.jkt else token
