"""client_credentials: a service in its own name."""

from typing import Any

import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.models import MachineToken
from identity.oidc import machine_token
from services.actions.relying_parties import resume_relying_party, suspend_relying_party
from services.models import RelyingParty
from tests import factories
from tests.identity.residents import Resident

from .support import ISSUER, Service, jwt_claims, refused

pytestmark = pytest.mark.django_db
SCOPES = ["components.read", "municipalities.read"]


@pytest.fixture
def machine(transport: Any, register: Any, identity_surface: Any) -> Service:
    made: Service = register(transport, grant_types=["client_credentials"], allowed_scopes=SCOPES)
    return made


def ask(service: Service, **more: str) -> Any:
    return service.post({"grant_type": "client_credentials", **more})


def read(token: str) -> MachineToken | None:
    with context.person(None):
        return machine_token.read(token)


def test_a_token_anybody_can_check(machine: Service) -> None:
    """RFC 9068 section 2."""
    answered = ask(machine).json()
    assert set(answered) == {"access_token", "token_type", "expires_in", "scope"}
    assert (answered["token_type"], answered["expires_in"]) == ("Bearer", 600)
    jwks = KeySet.import_key_set(machine.machine.get("/oauth/jwks").json())
    token = jwt.decode(answered["access_token"], jwks, algorithms=["ES256"])
    assert token.header["typ"] == "at+jwt" and token.header["kid"]
    assert token.claims["iss"] == ISSUER
    assert token.claims["sub"] == token.claims["client_id"] == machine.party.client_id
    assert token.claims["aud"] == f"{ISSUER}/api/v1"
    assert token.claims["exp"] - token.claims["iat"] == 600
    assert token.claims["scope"].split() == sorted(SCOPES)
    found = read(answered["access_token"])
    assert found and (found.jti, found.client_id) == (token.claims["jti"], machine.party.client_id)


def test_scope(machine: Service) -> None:
    assert ask(machine, scope="components.read").json()["scope"] == "components.read"
    for scope in ("openid", "components.read age_over_65", "other"):
        refused(ask(machine, scope=scope), 400, "invalid_scope")


def test_they_are_made_to_be_kept(machine: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.oidc.throttle.MACHINE", 2)
    answers = [ask(machine) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert machine.is_active(answers[0].json()["access_token"])


def test_who_may_not(service: Service, transport: Any, register: Any, identity_surface: Any) -> None:
    refused(ask(service), 400, "unauthorized_client")
    machine = register(transport, grant_types=["client_credentials"], allowed_scopes=SCOPES)
    with context.secretariat():
        RelyingParty.objects.filter(pk=machine.party.pk).update(allowed_scopes=[])
    refused(ask(machine), 400, "invalid_scope")
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    with context.secretariat():
        granted = {"grant_types": ["client_credentials"], "allowed_scopes": SCOPES}
        RelyingParty.objects.filter(pk=public.party.pk).update(**granted)
    refused(ask(public), 401, "invalid_client")


def test_it_stands_for_nobody(machine: Service) -> None:
    assert machine.userinfo(ask(machine).json()["access_token"]).status_code == 401


def test_revoked_and_expired(machine: Service) -> None:
    first, second = (ask(machine).json()["access_token"] for _ in range(2))
    told = machine.introspect(first).json()
    claims = jwt_claims(first)
    assert told == {
        "active": True,
        "iss": ISSUER,
        "sub": machine.party.client_id,
        "client_id": machine.party.client_id,
        "aud": claims["aud"],
        "scope": claims["scope"],
        "token_type": "Bearer",
        "iat": claims["iat"],
        "exp": claims["exp"],
    }
    assert machine.revoke(first).status_code == 200
    assert read(first) is None and not machine.is_active(first)
    assert machine.is_active(second)
    with context.opened(context.Context("owner")):
        (event,) = Event.objects.filter(action="token.ended")
    assert event.actor_id == machine.party.client_id
    moved = timezone.now().timestamp() + 601
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("identity.oidc.machine_token.time.time", lambda: moved)
        assert read(second) is None


def test_dead_at_once_when_the_client_is_suspended(machine: Service, acting: Any, secretary: Any) -> None:
    token = ask(machine).json()["access_token"]
    with acting(secretary) as actor:
        suspend_relying_party(by=actor, relying_party=machine.party)
    refused(ask(machine), 401, "invalid_client")
    refused(machine.introspect(token), 401, "invalid_client")
    with acting(factories.make_secretary()) as actor:
        resume_relying_party(by=actor, relying_party=machine.party)
    assert not machine.is_active(token)
    assert machine.is_active(ask(machine).json()["access_token"])


def test_jwts_of_ours_that_are_no_access_tokens(hanako: Resident, service: Service, machine: Service) -> None:
    assert read(service.tokens(hanako.client)["id_token"]) is None
    token = ask(machine).json()["access_token"]
    head, body, signature = token.split(".")
    for wrong in (f"{head}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", f"..{signature}", "a.b.c"):
        assert read(wrong) is None


def test_somebody_elses(machine: Service, service: Service) -> None:
    token = ask(machine).json()["access_token"]
    assert not service.is_active(token)
    refused(service.revoke(token), 400, "invalid_grant")
    assert machine.is_active(token)
