"""Who comes with an access token, and with a proof of the key it is bound to (RFC 6750, RFC 9449)."""

from typing import Any, Final

from authlib.integrations.django_oauth2 import ResourceProtector
from authlib.oauth2.rfc6750 import BearerTokenValidator

from identity.actions.tokens import hash_of
from identity.models import AccessToken
from identity.queries import tokens

from . import dpop
from .challenges import REALM, BoundTokenError, UnboundTokenError

LONGEST: Final = 512


def held(token: str) -> AccessToken | None:
    return tokens.access_tokens.find(hash_of(token)) if len(token) <= LONGEST else None


class BearerValidator(BearerTokenValidator):
    def authenticate_token(self, token_string: str) -> AccessToken | None:
        """The transaction speaks for whoever stands behind it."""
        return tokens.access_tokens.open(hash_of(token_string)) if len(token_string) <= LONGEST else None

    def validate_token(self, token: Any, scopes: Any, request: Any) -> None:
        super().validate_token(token, scopes, request)
        if token.jkt:
            raise BoundTokenError


class BoundValidator(BearerValidator):
    """For `Authorization: DPoP`."""

    TOKEN_TYPE = "dpop"  # noqa: S105 - the scheme's name

    def validate_token(self, token: Any, scopes: Any, request: Any) -> None:
        BearerTokenValidator.validate_token(self, token, scopes, request)
        if not token.jkt:
            raise UnboundTokenError
        proven = dpop.proven_key(
            request.headers.get(dpop.HEADER, ""),
            method=request.method,
            url=request.uri,
            access_token=request.headers["Authorization"].split(None, 1)[1],
        )
        if proven != token.jkt:
            raise dpop.InvalidProofError("The DPoP proof is not signed with the key of the access token.")


def make_protector() -> ResourceProtector:
    protector = ResourceProtector()
    protector.register_token_validator(BearerValidator(realm=REALM))
    protector.register_token_validator(BoundValidator(realm=REALM))
    return protector


protector: Final = make_protector()
