"""Protocol errors that Authlib does not name, and Authlib's own where only the words are ours."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from authlib.oauth2 import OAuth2Error


class UnmetAuthenticationRequirementsError(OAuth2Error):
    """OpenID Connect Core Error Code unmet_authentication_requirements 1.0."""

    error = "unmet_authentication_requirements"


class InvalidRequestUriError(OAuth2Error):
    """RFC 9101 section 7, for pushed requests."""

    error = "invalid_request_uri"
    description = "The request_uri is unknown, has expired, was answered before or is another client's."


class InsufficientUserAuthenticationError(OAuth2Error):
    """RFC 9470 section 3: the resident has to sign in again, more strongly or more recently.

    acr_values: steps that would do, in order of preference. max_age: seconds since she signed in.
    """

    error = "insufficient_user_authentication"
    description = "This needs a stronger or more recent sign-in of the resident: send her to authorize anew."
    status_code = 401

    def __init__(self, *, acr_values: Sequence[str] = (), max_age: int | None = None) -> None:
        super().__init__()
        ages = {} if max_age is None else {"max_age": str(max_age)}
        self.wanted = ({"acr_values": " ".join(acr_values)} if acr_values else {}) | ages


class ApprovalWaitsError(OAuth2Error):
    """The error of OpenID Connect Core section 3.1.2.6, at a resource: the resident wants to be asked about
    each disclosure, and has been. The token is as good as it was; she answers in her own time.

    about: the arguments of disclosing.ask_for_approval.
    """

    error = "consent_required"
    description = "The resident wants to approve each disclosure and was asked to. Try again once she has."
    status_code = 403

    def __init__(self, about: tuple[Any, Any, UUID]) -> None:
        super().__init__()
        self.about = about


class TemporarilyUnavailableError(OAuth2Error):
    """RFC 6749 section 4.1.2.1; with status 429 and Retry-After for a client that asks too often."""

    error = "temporarily_unavailable"
    status_code = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(description=f"Too many requests. Try again in {retry_after} seconds.")
        self.retry_after = retry_after

    def get_headers(self) -> list[tuple[str, str]]:
        return [*super().get_headers(), ("Retry-After", str(self.retry_after))]


class UnsupportedTokenTypeError(OAuth2Error):
    """RFC 7009 section 2.2.1 (Authlib's own answers 401)."""

    error = "unsupported_token_type"
    description = "token_type_hint must be access_token or refresh_token."


class ServerError(OAuth2Error):
    """RFC 6749 section 4.1.2.1: the operator has something to mend; nothing was issued."""

    error = "server_error"
    status_code = 503
    description = "The server is not ready to issue tokens. Nothing was issued; try again later."
