"""Discovery (OpenID Connect Discovery 1.0, RFC 8414) and the JWKS: cacheable, the same for everyone."""

import hashlib
import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from identity.domain.assurance import acr_values_supported
from services.domain.sectors import SECTORS, GrantType

from .assertion import ALGORITHMS
from .clients import CONFIDENTIAL_METHODS, OFFERED_METHODS, OFFLINE, OPENID
from .parameters import PROMPTS

MAX_AGE: Final = 900
"""Seconds; a rotated key is published for longer than this before it signs."""


def configuration() -> dict[str, Any]:
    """What this provider offers today, and nothing that it will offer later."""
    attributes = sorted(set().union(*(sector.attributes for sector in SECTORS.values())))
    return {
        "issuer": settings.IDENTITY_URL,
        "authorization_endpoint": _url("authorize"),
        "token_endpoint": _url("token"),
        "userinfo_endpoint": _url("userinfo"),
        "jwks_uri": _url("jwks"),
        "introspection_endpoint": _url("introspect"),
        "introspection_endpoint_auth_methods_supported": list(CONFIDENTIAL_METHODS),
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint": _url("revoke"),
        "revocation_endpoint_auth_methods_supported": list(OFFERED_METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "scopes_supported": [OPENID, OFFLINE, *attributes],
        "claims_supported": [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "amr",
            "sid",
            *attributes,
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [*GrantType],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": list(OFFERED_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": acr_values_supported(),
        "prompt_values_supported": sorted(PROMPTS),
        "ui_locales_supported": ["ja", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def json_response(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """A cacheable answer with ETag; 304 where the caller has it already."""
    content = json.dumps(body, separators=(",", ":")).encode()
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response = HttpResponse(content, content_type="application/json")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return get_conditional_response(request, etag=etag, response=response) or response


def _url(name: str) -> str:
    return f"{settings.IDENTITY_URL}{reverse(f'identity:oidc_{name}')}"
