"""The life of tokens as a state machine: in whatever order things happen, only what is live is accepted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from identity.actions.signing_keys import rotate_signing_keys
from identity.models import RefreshToken
from identity.oidc import keys, throttle
from tests.identity.residents import Resident

from .proofs import Prover
from .support import OFFLINE, Service

pytestmark = pytest.mark.django_db
PICK = st.integers(min_value=0, max_value=10_000)


@dataclass
class Client:
    """One service as the model sees it. keeps: its refresh tokens do not rotate."""

    service: Service
    prover: Prover | None
    keeps: bool
    approved: bool = True


@dataclass(eq=False)
class Family:
    client: Client
    code: str
    live: bool = True
    redeemed: bool = False


@dataclass(eq=False)
class Held:
    """family: None of a machine's token. used: rotated, or given back alone."""

    value: str
    kind: str
    client: Client
    family: Family | None
    used: bool = False
    dead: bool = False

    @property
    def live(self) -> bool:
        return not (self.used or self.dead) and (self.family is None or self.family.live)


class TokenLife(RuleBasedStateMachine):
    """Each run begins in the same world and leaves no trace in it."""

    her: Resident
    services: Callable[[], list[Client]]
    decide: Callable[[Service, bool], None]
    withdraw: Callable[[Resident, Service], None]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clients = type(self).services()
        self.families: list[Family] = []
        self.tokens: list[Held] = []

    def teardown(self) -> None:
        try:
            for held in self.tokens:
                self.check(held)
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            keys.forget()

    # --- what may happen ---

    @rule(pick=PICK)
    def sign_in(self, pick: int) -> None:
        client = self.clients[pick % len(self.clients)]
        if client.approved:
            code = client.service.code(self.her.client, scope=OFFLINE)
            self.families.append(Family(client, code))
            if pick % 4:  # most codes are redeemed at once
                self.redeem(0)
        else:
            assert client.service.authorize(self.her.client, scope=OFFLINE).status_code == 400

    @precondition(lambda self: self.families)
    @rule(pick=PICK)
    def redeem(self, pick: int) -> None:
        """Also again: a replay."""
        family = self.families[-1 - pick % len(self.families)]
        client = family.client
        answer = client.service.redeem(family.code, client.prover)
        if not client.approved:
            assert answer.status_code == 401
        elif family.redeemed or not family.live:
            assert answer.json()["error"] == "invalid_grant"
            family.live = False if family.redeemed else family.live
        else:
            self.keep(answer, client, family)
            family.redeemed = True

    @precondition(lambda self: any(held.kind == "refresh" for held in self.tokens))
    @rule(pick=PICK, again=st.booleans())
    def refresh(self, pick: int, again: bool) -> None:
        """Also with one that was used before."""
        refreshing = [held for held in self.tokens if held.kind == "refresh"]
        stolen = [held for held in refreshing if held.used and held.family and held.family.live]
        refreshing = stolen if again and stolen else refreshing
        held = refreshing[-1 - pick % len(refreshing)]
        client, family = held.client, held.family
        assert family
        answer = client.service.refresh(held.value, client.prover)
        if not client.approved:
            assert answer.status_code == 401
        elif held.live:
            held.used = not client.keeps
            assert ("refresh_token" in answer.json()) != client.keeps
            self.keep(answer, client, family)
        else:
            assert answer.json()["error"] == "invalid_grant"
            family.live = family.live and not held.used

    @rule(pick=PICK)
    def work_alone(self, pick: int) -> None:
        client = self.clients[pick % 2]  # the third is public
        headers = client.service.proof(client.prover)
        answer = client.service.post({"grant_type": "client_credentials"}, **headers)
        assert answer.status_code == (200 if client.approved else 401), answer.content
        if client.approved:
            self.tokens.append(Held(answer.json()["access_token"], "machine", client, None))

    @precondition(lambda self: self.tokens)
    @rule(pick=PICK, own=st.booleans())
    def revoke(self, pick: int, own: bool) -> None:
        held = self.tokens[-1 - pick % len(self.tokens)]
        stranger = self.clients[(self.clients.index(held.client) + 1) % len(self.clients)]
        by = held.client if own else stranger
        answer = by.service.revoke(held.value)
        if not by.approved:
            assert answer.status_code == 401
        elif not own:
            assert answer.status_code in {200, 400}
        else:
            assert answer.status_code == 200
            if held.kind == "refresh" and held.family:
                held.family.live = False
            else:
                held.used = True

    @rule(pick=PICK)
    def withdraw_consent(self, pick: int) -> None:
        client = self.clients[pick % len(self.clients)]
        type(self).withdraw(self.her, client.service)
        self.end_families(client)

    @rule(pick=PICK)
    def suspend_or_approve(self, pick: int) -> None:
        """All that came before a suspension stays dead."""
        suspended = [client for client in self.clients if not client.approved]
        client = (suspended or self.clients)[pick % len(suspended or self.clients)]
        client.approved = not client.approved
        type(self).decide(client.service, client.approved)
        self.end_families(client)
        for held in self.tokens:
            held.dead = held.dead or held.client is client

    @rule()
    def rotate_key(self) -> None:
        """Ends nothing."""
        with context.opened(context.Context("owner")):
            rotate_signing_keys(by=system_actor("test"), algorithms=["ES256"], lead=timedelta(0))
        keys.forget()

    @precondition(lambda self: self.tokens)
    @rule(pick=PICK)
    def look(self, pick: int) -> None:
        self.check(self.tokens[-1 - pick % len(self.tokens)])

    # --- what must hold ---

    @invariant()
    def at_most_one_refresh_token_of_a_rotating_family_is_live(self) -> None:
        with context.person(None):
            live = RefreshToken.objects.filter(rotated_at=None, authorization__revoked_at=None)
            families = list(live.values_list("authorization_id", flat=True))
        assert len(families) == len(set(families))

    def check(self, held: Held) -> None:
        client = held.client
        asked = client.service.introspect(held.value)
        if client.service.party.auth_method == "none":
            assert asked.status_code == 401
        elif client.approved:
            assert asked.json()["active"] is held.live, held
        else:
            assert asked.status_code == 401
        told = client.service.userinfo(held.value, client.prover)
        accepted = held.kind == "access" and held.live and client.approved
        assert told.status_code == (200 if accepted else 401), held

    def keep(self, answer: Any, client: Client, family: Family) -> None:
        assert answer.status_code == 200, answer.content
        given = answer.json()
        assert given["token_type"] == ("DPoP" if client.prover else "Bearer")
        self.tokens.append(Held(given["access_token"], "access", client, family))
        if "refresh_token" in given:
            self.tokens.append(Held(given["refresh_token"], "refresh", client, family))

    def end_families(self, client: Client) -> None:
        for family in self.families:
            family.live = family.live and family.client is not client


@pytest.fixture
def world(
    hanako: Resident,
    transport: Any,
    register: Any,
    decide: Any,
    withdraw: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> type[TokenLife]:
    for name in ("FAILURES", "PER_ADDRESS", "PER_CLIENT", "PUBLIC", "MACHINE", "INTERACTIONS"):
        monkeypatch.setattr(throttle, name, 10**9)
    grants = ["authorization_code", "refresh_token"]
    alone = [*grants, "client_credentials"]
    rotating = register(transport, grant_types=alone, allowed_scopes=["components.read"])
    keeping = register(
        transport, grant_types=alone, allowed_scopes=["components.read"], dpop_bound_access_tokens=True
    )
    public = register(transport, grant_types=grants, auth_method="none", dpop_bound_access_tokens=True)
    prover = Prover()

    def services() -> list[Client]:
        return [Client(rotating, None, False), Client(keeping, prover, True), Client(public, prover, False)]

    class World(TokenLife):
        pass

    World.her, World.services = hanako, staticmethod(services)
    World.decide, World.withdraw = staticmethod(decide), staticmethod(withdraw)
    return World


def test_only_what_is_live_is_accepted(world: type[TokenLife]) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        world,
        settings=settings(
            max_examples=16,
            phases=[Phase.generate],
            stateful_step_count=24,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
