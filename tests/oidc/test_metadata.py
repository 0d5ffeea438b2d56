"""Discovery, JWKS, and the life of signing keys."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from consortium.tenancy.ownership import as_owner
from identity.actions.signing_keys import create_signing_key, rotate_signing_key
from identity.models import SigningKey
from identity.oidc import keys
from identity.oidc.metadata import MAX_AGE
from identity.oidc.server import TOKEN_LIFE
from tests.identity.residents import Resident

from .support import ISSUER, Service

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


def test_first_key_is_made_once() -> None:
    call_command("create_signing_key", verbosity=0)
    assert SigningKey.objects.count() == 1
    with as_owner(connection):
        assert create_signing_key() is None


def test_rotation_overlaps(identity_surface: Any, client: Any) -> None:
    old = SigningKey.objects.get()
    with as_owner(connection):
        new = rotate_signing_key()
    keys.forget()
    assert keys.signing_key()[0] == old.kid  # not before every cached JWKS knows the new one
    assert {key["kid"] for key in client.get(JWKS).json()["keys"]} == {old.kid, new.kid}
    assert new.activates_at - timezone.now() > timedelta(seconds=MAX_AGE + keys.TTL)
    _pass_time(timedelta(hours=2))
    assert keys.signing_key()[0] == new.kid
    assert {key["kid"] for key in keys.ring().jwks["keys"]} == {old.kid, new.kid}
    _pass_time(timedelta(days=2))
    assert [key["kid"] for key in keys.ring().jwks["keys"]] == [new.kid]
    assert timedelta(days=1) > TOKEN_LIFE


def _pass_time(span: timedelta) -> None:
    with as_owner(connection):
        for key in SigningKey.objects.all():
            expires = key.expires_at - span if key.expires_at else None
            SigningKey.objects.filter(pk=key.pk).update(
                activates_at=key.activates_at - span, expires_at=expires
            )
    keys.forget()


def test_login_after_rotation(hanako: Resident, service: Service) -> None:
    with as_owner(connection):
        rotate_signing_key(lead=timedelta(0))
    keys.forget()
    assert service.tokens(hanako.client)["id_token"]
