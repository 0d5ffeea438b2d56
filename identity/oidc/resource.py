"""Who comes with an access token (RFC 6750)."""

from typing import Final

from authlib.integrations.django_oauth2 import ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import MissingAuthorizationError, UnsupportedTokenTypeError
from authlib.oauth2.rfc6750 import BearerTokenValidator
from django.http import HttpResponse, JsonResponse

from identity.actions.tokens import hash_of
from identity.models import AccessToken

REALM: Final = "identity"
LONGEST: Final = 512


class TokenValidator(BearerTokenValidator):
    def authenticate_token(self, token_string: str) -> AccessToken | None:
        if len(token_string) > LONGEST:
            return None
        held = AccessToken.objects.select_related("authorization")
        return held.filter(token_hash=hash_of(token_string)).first()


def make_protector() -> ResourceProtector:
    protector = ResourceProtector()
    protector.register_token_validator(TokenValidator(realm=REALM))
    return protector


protector: Final = make_protector()


def challenge(error: OAuth2Error) -> HttpResponse:
    """The error with its WWW-Authenticate; without a token a bare one (RFC 6750, 3.1)."""
    if isinstance(error, MissingAuthorizationError | UnsupportedTokenTypeError):
        body = {"error_description": "Send the access token as Authorization: Bearer."}
        headers = {"WWW-Authenticate": f'Bearer realm="{REALM}"', "Cache-Control": "no-store"}
        return JsonResponse(body, status=401, headers=headers)
    headers = {key: value for key, value in error.get_headers() if key != "Content-Type"}
    return JsonResponse(dict(error.get_body()), status=error.status_code, headers=headers)
