"""The one protocol implementation: Authlib's server with our storage, answers and identity in them."""

from secrets import token_urlsafe
from typing import Any, Final, cast
from urllib.parse import quote

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidScopeError,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from identity.models import AccessToken

from .assertion import ClientAssertion
from .clients import OPENID, Client, find
from .end_session import EndSession
from .grants.code import CodeGrant
from .grants.issue import TOKEN_LIFE
from .grants.machine import MachineGrant
from .grants.refresh import RefreshGrant
from .id_token import IdToken
from .introspection import Introspection
from .parameters import Profile, RequiredChallenge
from .requests import ProviderRequest
from .revocation import Revocation

TOKEN_BYTES: Final = 36
FOUND: Final = 302
SEE_OTHER: Final = 303
CLIENT_REFUSED: Final = (
    "Client authentication failed: check client_id, the registered method and its credentials."
)

WORDS: Final[dict[type[OAuth2Error], str]] = {
    UnsupportedResponseTypeError: "response_type must be code.",
    UnsupportedGrantTypeError: "grant_type must be authorization_code, refresh_token or client_credentials.",
}
"""Where Authlib says nothing, or repeats what was sent."""


class Provider(AuthorizationServer):
    def __init__(self) -> None:
        super().__init__(client_model=None, token_model=AccessToken)

    def query_client(self, client_id: str) -> Client | None:  # type: ignore[override]  # Authlib expects None
        """Ids are global: no tenant is asked for."""
        return find(client_id)

    def authenticate_client(self, request: Any, methods: Any, endpoint: str = "token") -> Client:
        client = cast(Client, super().authenticate_client(request, methods, endpoint))
        request.call.admit(client, machine=is_machine(request))
        return client

    def create_bearer_token_generator(self) -> BearerTokenGenerator:
        return BearerTokenGenerator(
            access_token_generator=lambda **_: token_urlsafe(TOKEN_BYTES),
            refresh_token_generator=lambda **_: token_urlsafe(TOKEN_BYTES),
            expires_generator=lambda *_: int(TOKEN_LIFE.total_seconds()),
        )

    def validate_requested_scope(self, scope: str | None) -> None:
        """Which of the others a client may have, it says itself (clients.Client.get_allowed_scope)."""
        if OPENID not in (scope or "").split():
            raise InvalidScopeError("The scope must contain openid.")

    def create_oauth2_request(self, request: HttpRequest | ProviderRequest) -> ProviderRequest:
        return request if isinstance(request, ProviderRequest) else ProviderRequest(request)

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> HttpResponse:
        """Adds `iss` (RFC 9207) to whatever is sent to a redirect URI, errors included; always by 303, which
        carries no body of a form on (FAPI 2.0, 5.3.2.2)."""
        status_code = SEE_OTHER if status_code == FOUND else status_code
        named = [(name, _with_issuer(value) if name == "Location" else value) for name, value in headers]
        response = cast(HttpResponse, super().handle_response(status_code, payload, named))  # type: ignore[no-untyped-call]  # Authlib
        response.setdefault("Cache-Control", "no-store")
        return response

    def handle_error_response(self, request: Any, error: OAuth2Error) -> HttpResponse:
        if isinstance(error, InvalidClientError) and not error.redirect_uri:
            # One answer for an unknown client and for wrong credentials: neither tells which ids exist.
            error = InvalidClientError(CLIENT_REFUSED, status_code=401)
        error.description = WORDS.get(type(error), error.description)
        return cast(HttpResponse, super().handle_error_response(request, error))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """No signals: what has to happen is called by name."""


def _with_issuer(address: str) -> str:
    """address: absolute, without a fragment."""
    return f"{address}{'&' if '?' in address else '?'}iss={quote(settings.IDENTITY_URL, safe='')}"


def is_machine(request: Any) -> bool:
    """Whether the client asks for a token in its own name."""
    return bool(request.form.get("grant_type") == MachineGrant.GRANT_TYPE)


def make_provider() -> Provider:
    provider = Provider()
    provider.register_client_auth_method("private_key_jwt", ClientAssertion())
    provider.register_grant(CodeGrant, [RequiredChallenge(required=True), IdToken(), Profile()])
    provider.register_grant(RefreshGrant, [IdToken()])
    provider.register_grant(MachineGrant)
    provider.register_endpoint(Introspection)
    provider.register_endpoint(Revocation)
    provider.register_endpoint(EndSession)
    return provider


server: Final = make_provider()
