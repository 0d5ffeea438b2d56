"""Discovery (OpenID Connect Discovery 1.0, RFC 8414) and the JWKS: cacheable, the same for everyone."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, Self, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from identity.domain.assurance import acr_values_supported
from identity.keyring import Ring
from services.domain.sectors import SECTORS, GrantType

from . import keys
from .assertion import ALGORITHMS
from .clients import CONFIDENTIAL_METHODS, OFFERED_METHODS, OFFLINE, OPENID
from .parameters import PROMPTS

MAX_AGE: Final = 900
"""Seconds; a rotated key is published for longer than this before it signs."""
_PROTOCOL_CLAIMS: Final = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid")
_HEADERS: Final = {"Cache-Control": f"public, max-age={MAX_AGE}", "Access-Control-Allow-Origin": "*"}
"""Public clients read it by script from their own origin."""


def configuration() -> dict[str, Any]:
    """What this provider offers today, and nothing that it will offer later."""
    attributes = sorted(set().union(*(sector.attributes for sector in SECTORS.values())))
    return {
        "issuer": settings.IDENTITY_URL,
        "authorization_endpoint": _url("authorize"),
        "token_endpoint": _url("token"),
        "pushed_authorization_request_endpoint": _url("par"),
        "require_pushed_authorization_requests": False,
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "userinfo_endpoint": _url("userinfo"),
        "jwks_uri": _url("jwks"),
        "introspection_endpoint": _url("introspect"),
        "introspection_endpoint_auth_methods_supported": list(CONFIDENTIAL_METHODS),
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "end_session_endpoint": _url("end_session"),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "revocation_endpoint": _url("revoke"),
        "revocation_endpoint_auth_methods_supported": list(OFFERED_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "scopes_supported": [OPENID, OFFLINE, *attributes],
        "claims_supported": [*_PROTOCOL_CLAIMS, *attributes],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [*GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": list(keys.ALGORITHMS),
        "userinfo_signing_alg_values_supported": list(keys.ALGORITHMS),
        "token_endpoint_auth_methods_supported": list(OFFERED_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": acr_values_supported(),
        "prompt_values_supported": sorted(PROMPTS),
        "ui_locales_supported": ["ja", "en"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


@dataclass(frozen=True, slots=True)
class Document:
    """JSON that is the same for everyone, with its ETag."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        content = json.dumps(body, separators=(",", ":")).encode()
        return cls(content, quote_etag(hashlib.sha256(content).hexdigest()[:32]))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """304 where the caller has it already."""
        response = HttpResponse(self.content, "application/json", headers={**_HEADERS, "ETag": self.etag})
        if "If-None-Match" not in request.headers:
            return response
        answer = get_conditional_response(request, etag=self.etag, response=response)
        return cast(HttpResponse, answer) or response


@cache
def discovery(issuer: str) -> Document:
    """Computed once: what is offered changes with the code alone."""
    return Document.of(configuration())


@lru_cache(maxsize=2)
def key_set(ring: Ring) -> Document:
    return Document.of(dict(ring.jwks))


def _url(name: str) -> str:
    return f"{settings.IDENTITY_URL}{reverse(f'identity:oidc_{name}')}"
