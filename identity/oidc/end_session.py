"""OpenID Connect RP-Initiated Logout 1.0: what a service asks for, checked by Authlib and kept in the
address while the resident is asked."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Self, cast

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from django.core import signing

from . import keys
from .hint import is_id_token

NAME: Final = "end_session"
KEPT_SECONDS: Final = 1800
_SALT: Final = "identity.oidc.end_session"
_NOT_OURS: Final = "id_token_hint is no ID token that this server issued."


class EndSession(EndSessionEndpoint):
    """A hint may have expired, may be of a key that is out of use, but must be an ID token of ours."""

    ENDPOINT_NAME = NAME

    def get_server_jwks(self) -> Any:
        return keys.ring().known

    def get_algorithms(self) -> list[str]:
        return list(keys.ALGORITHMS)

    def validate_request(self, request: Any) -> EndSessionRequest:
        try:
            found = super().validate_request(request)
        except (ValueError, TypeError):  # of JOSE, for what is no JWT at all
            raise InvalidRequestError(_NOT_OURS) from None
        if found.id_token_claims is not None and not is_id_token(found.id_token_claims):
            raise InvalidRequestError(_NOT_OURS)
        asked = request.payload.data.get("post_logout_redirect_uri")
        if asked and asked not in (found.client.party.post_logout_redirect_uris if found.client else ()):
            raise InvalidRequestError("post_logout_redirect_uri is not registered here.")
        return found

    def is_post_logout_redirect_uri_legitimate(self, *args: Any, **kwargs: Any) -> bool:
        """Without a hint nobody is sent there: Asked offers it as a link to follow."""
        return True

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        """Not used: identity.oidc.logout ends the session, after asking her where that has to be."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Asked:
    """A logout request that is sound. subject, sid: of the hint, empty without one. return_to: registered,
    with `state`; empty for none."""

    client_id: str = ""
    subject: str = ""
    sid: str = ""
    return_to: str = ""
    ui_locales: str = ""

    @classmethod
    def of(cls, found: EndSessionRequest) -> Self:
        claims = found.id_token_claims or {}
        return cls(
            client_id=found.client.client_id if found.client else "",
            subject=str(claims.get("sub", "")),
            sid=str(claims.get("sid", "")),
            return_to=found.redirect_uri or "",
            ui_locales=(found.ui_locales or "")[:200],
        )

    @property
    def returns_by_itself(self) -> bool:
        """Only who shows an ID token of ours may send her somewhere (section 3)."""
        return bool(self.subject and self.return_to)

    def packed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """Raises InvalidRequestError."""
        try:
            return cls(**cast(dict[str, str], signing.loads(text, salt=_SALT, max_age=KEPT_SECONDS)))
        except signing.BadSignature:
            raise InvalidRequestError("The request is too old. Sign out at the service once more.") from None
