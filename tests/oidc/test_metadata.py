"""Discovery and JWKS: true to what is offered, cacheable, cheap."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from identity.actions import signing_keys
from identity.models import SigningKey
from identity.oidc import keys
from identity.oidc.metadata import MAX_AGE
from identity.oidc.server import server
from identity.urls import oidc
from services.domain.sectors import GrantType, SigningAlg
from services.models import RelyingParty

from .support import FORM, HOST, ISSUER

pytestmark = pytest.mark.django_db
DISCOVERY, RFC_8414 = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
JWKS = "/oauth/jwks"


@pytest.fixture
def told(identity_surface: Any, client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get(DISCOVERY, HTTP_HOST=HOST).json()
    return found


def addresses(told: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in told.items() if name.endswith(("_endpoint", "_uri")) and value}


def test_every_endpoint_named_answers(told: dict[str, Any], client: Any) -> None:
    assert told["issuer"] == ISSUER
    for name, address in addresses(told).items():
        assert address.startswith(f"{ISSUER}/oauth/"), name
        path = urlsplit(address).path
        statuses = {
            client.get(path, HTTP_HOST=HOST).status_code,
            client.post(path, "", content_type=FORM, HTTP_HOST=HOST).status_code,
        }
        assert not statuses & {404, 500} and statuses != {405}, name


def test_every_endpoint_for_machines_is_named(told: dict[str, Any]) -> None:
    known = {urlsplit(address).path for address in addresses(told).values()}
    for pattern in oidc.urlpatterns:
        path = f"/{pattern.pattern}"
        if getattr(pattern.callback, "for_machines", False) and not path.startswith("/.well-known/"):
            assert path in known, path


def test_grants_and_algorithms_are_those_of_the_code(told: dict[str, Any]) -> None:
    registered = {grant.GRANT_TYPE for grant, _ in server._token_grants}
    assert set(told["grant_types_supported"]) == registered == set(GrantType)
    signed = set(told["id_token_signing_alg_values_supported"])
    assert signed == set(told["userinfo_signing_alg_values_supported"]) == set(keys.ALGORITHMS)
    assert signed == set(signing_keys.ALGORITHMS) == set(SigningAlg)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["backchannel_logout_supported"] is told["backchannel_logout_session_supported"] is True
    registrable = {field.name for field in RelyingParty._meta.get_fields()}
    assert {"backchannel_logout_uri", "post_logout_redirect_uris"} <= registrable
    assert {"openid", "resident_of", "age_over_65"} <= set(told["scopes_supported"])


def test_servers_metadata_of_oauth_is_the_same(told: dict[str, Any], client: Any) -> None:
    assert client.get(RFC_8414, HTTP_HOST=HOST).json() == told


@pytest.mark.parametrize("address", [DISCOVERY, RFC_8414, JWKS])
def test_cacheable_without_cookies(identity_surface: Any, client: Any, address: str) -> None:
    first = client.get(address)
    assert first["Cache-Control"] == f"public, max-age={MAX_AGE}"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert not first.cookies
    again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, HTTP_IF_NONE_MATCH='"other"').status_code == 200
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", [DISCOVERY, JWKS])
def test_no_statement_once_the_keys_are_read(identity_surface: Any, client: Any, address: str) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) == 0


def test_no_private_part_is_published_or_stored_in_clear(identity_surface: Any, client: Any) -> None:
    (published,) = client.get(JWKS).json()["keys"]
    assert "d" not in published and published["alg"] == "ES256" and published["kid"]
    held = SigningKey.objects.get()
    assert "d" not in held.public
    assert held.private.startswith("gAAAA")  # a Fernet token
    assert '"d"' not in json.dumps(held.public)


def test_answers_say_how_long_they_are(identity_surface: Any, client: Any) -> None:
    """Ahead of Django's own middleware; a server would have to send them in chunks."""
    response = client.get(DISCOVERY)
    assert int(response["Content-Length"]) == len(response.content)
