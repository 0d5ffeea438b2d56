"""What this provider asks of an authorization request beyond OAuth's own rules."""

import re
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.errors import (
    RegistrationNotSupportedError,
    RequestNotSupportedError,
    RequestURINotSupportedError,
)

from identity.domain.claims_request import parse

from . import policy
from .hint import hinted_subject

CHALLENGE_LENGTH: Final = 43
PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
UNSUPPORTED: Final = {
    "request": RequestNotSupportedError,
    "request_uri": RequestURINotSupportedError,
    "registration": RegistrationNotSupportedError,
}


class RequiredChallenge(CodeChallenge):
    """PKCE with S256 for confidential clients too (RFC 9700, 2.1.1); `plain` and its default are refused."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError(
                "PKCE is required: send code_challenge with code_challenge_method=S256."
            )
        if len(data.get("code_challenge", "")) != CHALLENGE_LENGTH:
            raise InvalidRequestError(
                "code_challenge must be a SHA-256 digest in 43 characters of base64url."
            )
        super().validate_code_challenge(grant, redirect_uri)


class Profile:
    """Checks the parameters themselves, before Authlib reads them."""

    def __call__(self, grant: Any) -> None:
        grant.register_hook("before_validate_authorization_request_payload", self.check)

    def check(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        for name, error in UNSUPPORTED.items():
            if name in data:
                raise error(redirect_uri=redirect_uri)
        policy.require_profile(grant.client, is_pushed=grant.request.is_pushed)
        _check_values(data)
        if "id_token_hint" in data:
            hinted_subject(data["id_token_hint"], grant.client)


def _check_values(data: dict[str, str]) -> None:
    if data.get("response_mode", "query") != "query":
        raise InvalidRequestError("response_mode must be query.")
    prompts = data.get("prompt", "").split()
    if not PROMPTS.issuperset(prompts) or ("none" in prompts and len(prompts) > 1):
        raise InvalidRequestError("prompt must be none, or any of login, consent and select_account.")
    if not data.get("max_age", "0").isdecimal() or len(data.get("max_age", "0")) > 9:
        raise InvalidRequestError("max_age must be a number of seconds.")
    if "dpop_jkt" in data and not THUMBPRINT.fullmatch(data["dpop_jkt"]):
        raise InvalidRequestError("dpop_jkt must be a SHA-256 thumbprint in 43 characters of base64url.")
    try:
        parse(data.get("claims", ""))
    except ValueError:
        raise InvalidRequestError(
            "claims must be a JSON object with userinfo and id_token (OpenID Connect Core, 5.5)."
        ) from None
