"""Introspection and revocation: of one's own tokens, by those who can say who they are."""

from typing import Any

import pytest

from consortium.tenancy import context
from identity.models import AccessToken
from tests.identity.residents import Resident

from .support import FORM, INTROSPECT, ISSUER, OFFLINE, REVOKE, Service, jwt_claims, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def offline(transport: Any, register: Any) -> Service:
    made: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    return made


@pytest.fixture
def held(hanako: Resident, offline: Service) -> dict[str, Any]:
    return offline.tokens(hanako.client, scope=OFFLINE)


def test_what_is_told_of_an_access_token(offline: Service, held: dict[str, Any]) -> None:
    told = offline.introspect(held["access_token"]).json()
    claims = jwt_claims(held["id_token"])
    assert told.pop("exp") - told.pop("iat") == 600
    assert told == {
        "active": True,
        "iss": ISSUER,
        "aud": ISSUER,
        "client_id": offline.party.client_id,
        "scope": OFFLINE,
        "token_type": "Bearer",
        **{name: claims[name] for name in ("sub", "sid", "acr", "amr", "auth_time")},
    }


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token"])
def test_a_hint_is_only_a_hint(offline: Service, held: dict[str, Any], hint: str) -> None:
    told = offline.introspect(held["refresh_token"], token_type_hint=hint).json()
    assert told["active"] and told["scope"] == OFFLINE and "token_type" not in told
    assert told["exp"] - told["iat"] == 14 * 24 * 3600


def test_a_client_cannot_revoke_or_introspect_anothers_token(
    offline: Service, held: dict[str, Any], transport: Any, register: Any, hanako: Resident
) -> None:
    """Of the same sector even, where she has the same name."""
    other = register(transport, name_ja="別のサービス")
    for name in ("access_token", "refresh_token"):
        assert not other.is_active(held[name])
        refused(other.revoke(held[name]), 400, "invalid_grant")
        assert offline.is_active(held[name])
    assert offline.userinfo(held["access_token"]).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_revocation(offline: Service, held: dict[str, Any], name: str) -> None:
    """A refresh token takes all with it, an access token only itself."""
    for _ in range(2):  # the second time it is as good as unknown
        answered = offline.revoke(held[name])
        assert (answered.status_code, answered.content) == (200, b"{}")
    alive = {kind for kind in ("access_token", "refresh_token") if offline.is_active(held[kind])}
    assert alive == ({"refresh_token"} if name == "access_token" else set())
    assert offline.userinfo(held["access_token"]).status_code == 401
    assert offline.refresh(held["refresh_token"]).status_code == (200 if alive else 400)


def test_unknown_and_garbage(identity_surface: Any, offline: Service) -> None:
    for text in ("x", "a.b.c", "e30.e30.e30", "0" * 4096, "..", "eyJhbGciOiJub25lIn0.e30."):
        assert offline.revoke(text).status_code == 200
        assert not offline.is_active(text)
    for to in (INTROSPECT, REVOKE):
        refused(offline.post({}, to=to), 400, "invalid_request")
        refused(offline.post({"token": ""}, to=to), 400, "invalid_request")
        refused(offline.post({"token": "a\0b"}, to=to), 400, "invalid_request")
        assert offline.machine.get(to).status_code == 405
    refused(offline.revoke("x", token_type_hint="id_token"), 400, "unsupported_token_type")


def test_id_tokens_and_codes_are_nothing_here(hanako: Resident, offline: Service) -> None:
    code = offline.code(hanako.client)
    assert not offline.is_active(code)
    assert offline.revoke(code).status_code == 200
    held = offline.redeem(code).json()
    assert not offline.is_active(held["id_token"])


def test_who_asks_says_who_it_is(
    offline: Service, held: dict[str, Any], transport: Any, register: Any
) -> None:
    body = f"token={held['access_token']}&client_id={offline.party.client_id}"
    for to in (INTROSPECT, REVOKE):
        refused(offline.machine.post(to, body, content_type=FORM), 401, "invalid_client")
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    refused(public.introspect("x"), 401, "invalid_client")
    assert public.revoke("x").status_code == 200
    assert offline.is_active(held["access_token"])


def test_expired(offline: Service, held: dict[str, Any]) -> None:
    with context.opened(context.Context("owner")):
        AccessToken.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert not offline.is_active(held["access_token"])


def test_rate_limits(identity_surface: Any, offline: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.oidc.throttle.FAILURES", 1)
    assert offline.post({}, to=INTROSPECT).status_code == 400
    limited = offline.introspect("x")
    assert limited.status_code == 429 and 1 <= int(limited["Retry-After"]) <= 60
