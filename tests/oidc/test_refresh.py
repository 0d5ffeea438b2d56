"""The refresh grant: who gets such tokens, how one follows another, and what ends them."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.models import Authorization, Citizen, CitizenStatus, Proofing, RefreshToken
from services.actions.adoptions import end_adoption
from services.actions.relying_parties import suspend_relying_party
from services.models import RelyingParty
from services.queries import current_adoption
from tests.identity.residents import Resident

from .proofs import Prover
from .support import ISSUER, OFFLINE, TOKEN, Service, answer, jwt_claims, refused

pytestmark = pytest.mark.django_db


def as_owner() -> Any:
    return context.opened(context.Context("owner"))


@pytest.fixture
def offline(transport: Any, register: Any) -> Service:
    """Confidential, without proof of possession: its refresh tokens rotate."""
    made: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    return made


@pytest.fixture
def app(transport: Any, register: Any) -> Service:
    """Public, hence bound to a key."""
    grants = ["authorization_code", "refresh_token"]
    made: Service = register(transport, auth_method="none", grant_types=grants, dpop_bound_access_tokens=True)
    return made


def tokens(service: Service, her: Resident, prover: Prover | None = None, **more: str) -> dict[str, Any]:
    return service.tokens(her.client, prover, scope=OFFLINE, **more)


@pytest.mark.parametrize("kind", ["offline", "app"])
def test_one_follows_another(hanako: Resident, kind: str, request: pytest.FixtureRequest) -> None:
    service: Service = request.getfixturevalue(kind)
    prover = Prover() if kind == "app" else None
    first = tokens(service, hanako, prover)
    second = service.refresh(first["refresh_token"], prover).json()
    assert second["token_type"] == ("DPoP" if prover else "Bearer") and second["expires_in"] == 600
    assert second["scope"] == first["scope"] == OFFLINE
    assert second["refresh_token"] != first["refresh_token"]
    told = service.userinfo(second["access_token"], prover).json()
    assert told["sub"] == jwt_claims(first["id_token"])["sub"]
    assert service.refresh(second["refresh_token"], prover).status_code == 200


@pytest.mark.parametrize("kind", ["offline", "app"])
def test_refresh_reuse_kills_the_family(hanako: Resident, kind: str, request: pytest.FixtureRequest) -> None:
    service: Service = request.getfixturevalue(kind)
    prover = Prover() if kind == "app" else None
    first = tokens(service, hanako, prover)
    second = service.refresh(first["refresh_token"], prover).json()
    refused(service.refresh(first["refresh_token"], prover), 400, "invalid_grant")
    refused(service.refresh(second["refresh_token"], prover), 400, "invalid_grant")
    for one in (first, second):
        assert service.userinfo(one["access_token"], prover).status_code == 401
    with as_owner():
        (event,) = Event.objects.filter(action="authorization.ended")
    assert event.detail["reason"] == "refresh_token_reused"
    assert event.detail["client_id"] == service.party.client_id
    assert event.citizen_id is None


def test_a_stranger_ends_nothing(hanako: Resident, offline: Service, app: Service) -> None:
    held = tokens(offline, hanako)["refresh_token"]
    refused(app.refresh(held), 400, "invalid_grant")
    following = offline.refresh(held).json()["refresh_token"]
    refused(app.refresh(held), 400, "invalid_grant")
    assert offline.refresh(following).status_code == 200


def test_a_refreshed_id_token_keeps_its_auth_time(hanako: Resident, offline: Service) -> None:
    """And acr, amr, sid, sub; the nonce belongs to the authorization request."""
    first = tokens(offline, hanako)
    with as_owner():
        Authorization.objects.update(auth_time=int(time.time()) - 500)
    before = jwt_claims(first["id_token"])
    after = jwt_claims(offline.refresh(first["refresh_token"]).json()["id_token"])
    assert before["nonce"] == "n-1" and "nonce" not in after
    assert after["auth_time"] == before["auth_time"] - 500 or after["auth_time"] <= int(time.time()) - 500
    for name in ("iss", "sub", "aud", "acr", "amr", "sid"):
        assert after[name] == before[name], name
    assert after["iat"] >= before["iat"]


def test_scope_may_narrow_and_never_widens(hanako: Resident, offline: Service) -> None:
    first = tokens(offline, hanako)
    narrowed = offline.refresh(first["refresh_token"], scope="openid age_over_65").json()
    assert narrowed["scope"] == "openid age_over_65"
    assert set(offline.userinfo(narrowed["access_token"]).json()) == {"sub", "age_over_65"}
    wider = offline.refresh(narrowed["refresh_token"], scope="openid resident_of under_18")
    refused(wider, 400, "invalid_scope")
    whole = offline.refresh(narrowed["refresh_token"]).json()
    assert whole["scope"] == OFFLINE
    without = offline.refresh(whole["refresh_token"], scope="age_over_65").json()
    assert "id_token" not in without


def test_a_narrowed_token_leaves_out_what_the_claims_parameter_asked_for(
    hanako: Resident, offline: Service
) -> None:
    wish = json.dumps({"userinfo": {"resident_of": None}})
    first = tokens(offline, hanako, claims=wish)
    narrowed = offline.refresh(first["refresh_token"], scope="openid age_over_65").json()
    assert set(offline.userinfo(narrowed["access_token"]).json()) == {"sub", "age_over_65"}
    whole = offline.refresh(narrowed["refresh_token"]).json()
    assert set(offline.userinfo(whole["access_token"]).json()) == {"sub", "age_over_65", "resident_of"}


def test_what_the_service_may_no_longer_have_falls_away(hanako: Resident, offline: Service) -> None:
    first = tokens(offline, hanako)
    with as_owner():
        RelyingParty.objects.filter(pk=offline.party.pk).update(attributes=["age_over_65"])
    assert offline.refresh(first["refresh_token"]).json()["scope"] == "openid age_over_65 offline_access"


def test_only_with_offline_access_and_never_silently(
    hanako: Resident, offline: Service, service: Service
) -> None:
    assert "refresh_token" not in offline.tokens(hanako.client)
    assert tokens(offline, hanako)["refresh_token"]
    asked_again = offline.authorize(hanako.client, scope=OFFLINE)
    assert asked_again.status_code == 200  # the consent screen
    silent = offline.authorize(hanako.client, scope=OFFLINE, prompt="none")
    given = offline.redeem(answer(silent)["code"]).json()
    assert "refresh_token" not in given and given["scope"] == "openid resident_of age_over_65"
    not_registered = answer(service.authorize(hanako.client, scope=OFFLINE))
    assert not_registered["error"] == "invalid_scope"


def test_only_hashes_are_stored(hanako: Resident, offline: Service) -> None:
    held = tokens(offline, hanako)["refresh_token"]
    with as_owner():
        assert held not in str(RefreshToken.objects.values().get())


def test_confidential_client_bound_to_a_key_keeps_its_refresh_token(
    hanako: Resident, offline: Service
) -> None:
    """FAPI 2.0 section 5.3.2.1: no rotation. Its authentication binds the token, so the key may change."""
    first = offline.tokens(hanako.client, Prover(), scope=OFFLINE)
    held = first["refresh_token"]
    with as_owner():
        RefreshToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    other = Prover()
    for _ in range(2):
        again = offline.refresh(held, other).json()
        assert again["token_type"] == "DPoP" and "refresh_token" not in again
        assert offline.userinfo(again["access_token"], other).status_code == 200
    with as_owner():
        assert RefreshToken.objects.get().expires_at > timezone.now() + timedelta(days=13)
    refused(offline.refresh(held), 400, "invalid_grant")
    assert offline.introspect(again["access_token"]).json()["cnf"] == {"jkt": other.jkt}
    assert offline.is_active(held)


def test_public_client_bound_to_a_key_shows_that_key(hanako: Resident, app: Service) -> None:
    prover = Prover()
    held = app.tokens(hanako.client, prover, scope=OFFLINE)["refresh_token"]
    for wrong in (None, Prover()):
        refused(app.refresh(held, wrong), 400, "invalid_grant")
    following = app.refresh(held, prover).json()
    assert following["token_type"] == "DPoP" and following["refresh_token"] != held
    assert app.refresh(following["refresh_token"], prover).status_code == 200


def test_bearer_stays_bearer_and_a_stale_nonce_uses_nothing_up(hanako: Resident, offline: Service) -> None:
    """A token of nobody's key is not bound afterwards by whoever holds it."""
    held = offline.tokens(hanako.client, scope=OFFLINE)["refresh_token"]
    refused(offline.refresh(held, Prover()), 400, "invalid_grant")
    prover = Prover()
    held = offline.tokens(hanako.client, prover, scope=OFFLINE)["refresh_token"]
    body = {"grant_type": "refresh_token", "refresh_token": held}
    stale = prover.proof("POST", f"{ISSUER}{TOKEN}", nonce="old")
    asked = offline.post(body, HTTP_DPOP=stale)
    assert asked.json()["error"] == "use_dpop_nonce" and asked["DPoP-Nonce"]
    assert offline.refresh(held, prover).status_code == 200


def _moved(her: Resident, service: Service, acting: Any, staff: Any, maebashi: Any) -> None:
    with acting(staff(maebashi, "administrator"), maebashi) as actor:
        end_adoption(by=actor, adoption=current_adoption(service.party.component))


def _suspended(her: Resident, service: Service, *_: Any) -> None:
    with as_owner():
        Citizen.objects.filter(pk=her.citizen_id).update(status=CitizenStatus.SUSPENDED)


def _not_proofed(her: Resident, service: Service, *_: Any) -> None:
    with as_owner():
        Proofing.objects.filter(citizen_id=her.citizen_id).update(expires_on="2026-01-01")


def _purpose(her: Resident, service: Service, *_: Any) -> None:
    with as_owner():
        RelyingParty.objects.filter(pk=service.party.pk).update(purpose_ja="別の目的")


def _sign_in_too_weak(her: Resident, service: Service, *_: Any) -> None:
    with as_owner():
        Authorization.objects.update(level=0)


CHANGES: dict[str, Callable[..., None]] = {
    "her municipality uses it no longer": _moved,
    "she is suspended": _suspended,
    "her proofing is over": _not_proofed,
    "it has another purpose": _purpose,
    "her sign-in is too weak": _sign_in_too_weak,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_had_to_hold_has_to_hold_still(
    hanako: Resident, offline: Service, change: Any, acting: Any, staff: Any, maebashi: Any
) -> None:
    held = tokens(offline, hanako)
    assert offline.is_active(held["refresh_token"]) and offline.is_active(held["access_token"])
    change(hanako, offline, acting, staff, maebashi)
    refused(offline.refresh(held["refresh_token"]), 400, "invalid_grant")
    assert not offline.is_active(held["refresh_token"]) and not offline.is_active(held["access_token"])


def test_withdrawal_ends_it(hanako: Resident, offline: Service, withdraw: Any) -> None:
    held = tokens(offline, hanako)
    withdraw(hanako, offline)
    refused(offline.refresh(held["refresh_token"]), 400, "invalid_grant")
    assert offline.code(hanako.client)  # consents anew
    refused(offline.refresh(held["refresh_token"]), 400, "invalid_grant")


def test_suspended_client(hanako: Resident, offline: Service, acting: Any, secretary: Any) -> None:
    held = tokens(offline, hanako)["refresh_token"]
    with acting(secretary) as actor:
        suspend_relying_party(by=actor, relying_party=offline.party)
    refused(offline.refresh(held), 401, "invalid_client")


@pytest.mark.parametrize("model", [RefreshToken, Authorization])
def test_it_ends_by_itself(hanako: Resident, offline: Service, model: Any) -> None:
    """Unused for too long, or too long after she signed in."""
    held = tokens(offline, hanako)["refresh_token"]
    with as_owner():
        model.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused(offline.refresh(held), 400, "invalid_grant")


def test_it_never_outlives_the_authorization(hanako: Resident, offline: Service) -> None:
    held = tokens(offline, hanako)["refresh_token"]
    ends = timezone.now() + timedelta(minutes=1)
    with as_owner():
        Authorization.objects.update(expires_at=ends)
    assert offline.refresh(held).status_code == 200
    with as_owner():
        assert RefreshToken.objects.get(rotated_at=None).expires_at == ends


@pytest.mark.parametrize("text", ["x", "a.b.c", "0" * 64, "a" * 4096])
def test_garbage(identity_surface: Any, offline: Service, text: str) -> None:
    refused(offline.refresh(text), 400, "invalid_grant")


def test_access_token_and_code_are_no_refresh_tokens(hanako: Resident, offline: Service) -> None:
    held = tokens(offline, hanako)
    refused(offline.refresh(held["access_token"]), 400, "invalid_grant")
    refused(offline.refresh(held["id_token"]), 400, "invalid_grant")
    assert offline.userinfo(held["refresh_token"]).status_code == 401
