"""Discovery and JWKS."""

from typing import Any

import pytest

from identity.models import SigningKey
from identity.oidc.metadata import MAX_AGE

from .support import ISSUER

pytestmark = pytest.mark.django_db
DISCOVERY, JWKS = "/.well-known/openid-configuration", "/oauth/jwks"


def test_discovery_tells_what_is_there(identity_surface: Any, client: Any) -> None:
    told = client.get(DISCOVERY, HTTP_HOST="localhost:8001").json()
    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["id_token_signing_alg_values_supported"] == ["ES256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["request_uri_parameter_supported"] is False
    assert {"openid", "resident_of", "age_over_65"} <= set(told["scopes_supported"])
    for name in ("authorization", "token", "userinfo"):
        assert told[f"{name}_endpoint"].startswith(f"{ISSUER}/oauth/")


@pytest.mark.parametrize("address", [DISCOVERY, JWKS])
def test_cacheable_without_cookies(identity_surface: Any, client: Any, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == f"public, max-age={MAX_AGE}" or "public" in first["Cache-Control"]
    assert not first.cookies
    again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_no_private_part_is_published_or_stored_in_clear(identity_surface: Any, client: Any) -> None:
    (published,) = client.get(JWKS).json()["keys"]
    assert "d" not in published and published["alg"] == "ES256" and published["kid"]
    held = SigningKey.objects.get()
    assert "d" not in held.public
    assert held.private.startswith("gAAAA")  # a Fernet token
