"""Whatever happens, in whatever order: nothing leaves without a consent that is live at that moment.

What is expected is kept by a model of its own, of sets and flags, which shares no code with the platform. The
passing of time is a step like the others: it ends every consent that is there. So are what a delegate does,
the end of the delegation, and a purpose that changes in one language or comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from identity.actions.consents import (
    Manner,
    approve_use,
    grant_consent,
    narrow_consent,
    withdraw_consent,
)
from identity.actions.delegations import consent_as_delegate, end_delegation, withdraw_as_delegate
from identity.actions.disclose import DisclosureRefused, disclose
from identity.context import NotActive
from identity.context import resident as speaking
from identity.domain.consent import State
from identity.models import Citizen, ConsentCondition, ConsentEvent, Disclosure, Residence
from identity.queries.basis import basis
from identity.queries.consents import consent_of
from services.actions.changes import _apply
from services.models import RelyingParty
from tests.isolation.rows import as_owner

from .residents import Resident
from .test_delegations import give, taro

__all__ = ["taro"]

pytestmark = pytest.mark.django_db
ATTRIBUTES = ["age_over_65", "resident_of", "under_18"]
ENGLISH = ["To apply fare discounts", "To apply discounts on passes"]
PURPOSES = ["運賃の割引を適用するため", "定期券の割引を適用するため"]
some = st.sets(st.sampled_from(ATTRIBUTES))
steps = st.one_of(
    st.tuples(st.just("give"), some, st.sampled_from([None, "this_month", "each_time"])),
    st.tuples(st.sampled_from(["withdraw", "approve", "expire", "suspend", "move"])),
    st.tuples(st.just("narrow"), st.sampled_from(ATTRIBUTES)),
    st.tuples(st.just("purpose"), st.sampled_from(PURPOSES)),
    st.tuples(st.just("english"), st.sampled_from(ENGLISH)),
    st.tuples(st.just("delegate_gives"), some),
    st.tuples(st.sampled_from(["delegate_withdraws", "end_delegation"])),
    st.tuples(st.just("ask"), some),
    st.tuples(st.just("ask"), some),
)


@dataclass
class Held:
    id: UUID
    version: int
    attributes: set[str]
    each_time: bool
    uses: int = 1
    live: bool = True


@dataclass
class Expected:
    """What a resident would say is allowed."""

    held: list[Held] = field(default_factory=list)
    version: int = 0
    stated: tuple[str, str] = (PURPOSES[0], ENGLISH[0])
    active: bool = True
    here: bool = True
    delegated: bool = True

    @property
    def counting(self) -> Held | None:
        return next((one for one in self.held if one.live and one.version == self.version), None)

    def leaves(self, asked: set[str]) -> set[str]:
        one = self.counting
        if one is None or not (self.active and self.here):
            return set()
        found = asked & one.attributes
        if one.each_time and found:
            if not one.uses:
                return set()
            one.uses -= 1
        return found


@dataclass
class World:
    """The platform, and what is expected of it."""

    resident: Resident
    party: RelyingParty
    delegate: UUID
    delegation: UUID
    expected: Expected = field(default_factory=Expected)
    rows: int = 0

    def give(self, attributes: set[str], condition: str | None) -> None:
        made = self.act(
            grant_consent,
            relying_party=self.party,
            attributes=attributes,
            until=timezone.now() + timedelta(days=30),
            manner=Manner(condition=ConsentCondition(condition) if condition else None),
        )
        assert bool(made) == self.expected.active
        if made:
            self.given(made, attributes, each_time=condition == "each_time")

    def given(self, made: UUID, attributes: set[str], *, each_time: bool = False) -> None:
        """A wish to be asked each time outlives a new consent, and a new purpose."""
        alive = [one for one in self.expected.held if one.live]
        each = each_time or any(one.each_time for one in alive)
        if earlier := self.expected.counting:
            earlier.live = False
        self.expected.held.append(Held(made, self.expected.version, set(attributes), each))

    def delegate_gives(self, attributes: set[str]) -> None:
        made = self.act(
            consent_as_delegate,
            self.delegate,
            delegation_id=self.delegation,
            relying_party=self.party,
            attributes=attributes,
            until=timezone.now() + timedelta(days=30),
        )
        assert bool(made) == (self.expected.delegated and self.expected.active)
        if made:
            self.given(made, attributes)

    def delegate_withdraws(self) -> None:
        if one := self.expected.counting:
            allowed = self.expected.delegated and self.expected.active
            named = {"relying_party": self.party, "consent_id": one.id}
            done = self.act(withdraw_as_delegate, self.delegate, delegation_id=self.delegation, **named)
            assert bool(done) == allowed
            one.live = not allowed

    def end_delegation(self) -> None:
        if self.act(end_delegation, delegation_id=self.delegation):
            self.expected.delegated = False

    def withdraw(self) -> None:
        if (one := self.expected.counting) and self.act(withdraw_consent, consent_id=one.id):
            one.live = False

    def narrow(self, attribute: str) -> None:
        one = self.expected.counting
        if one and self.act(narrow_consent, consent_id=one.id, attributes=[attribute]):
            one.attributes.discard(attribute)

    def approve(self) -> None:
        one = self.expected.counting
        if one and self.act(approve_use, consent_id=one.id) and not one.uses:
            one.uses = 1

    def expire(self) -> None:
        with as_owner():
            ConsentEvent.objects.update(until=timezone.now() - timedelta(seconds=1))
        for one in self.expected.held:
            one.live = False

    def suspend(self) -> None:
        self.expected.active = not self.expected.active
        with as_owner():
            status = "active" if self.expected.active else "suspended"
            Citizen.objects.filter(pk=self.resident.citizen_id).update(status=status)

    def move(self) -> None:
        self.expected.here = not self.expected.here
        with as_owner():
            left = None if self.expected.here else timezone.localdate()
            Residence.objects.filter(citizen=self.resident.citizen_id).update(ends_on=left)

    def change(self, purpose: str) -> None:
        self.state(purpose, self.expected.stated[1])

    def english(self, purpose: str) -> None:
        self.state(self.expected.stated[0], purpose)

    def state(self, *stated: str) -> None:
        """Through the action that changes registrations."""
        if stated == self.expected.stated:
            return
        self.expected.stated, self.expected.version = stated, self.expected.version + 1
        with context.secretariat():
            values = dict(zip(("purpose_ja", "purpose_en"), stated, strict=True))
            self.party = _apply(system_actor("tests"), self.party, values, "relying_party.changed")

    def ask(self, attributes: set[str]) -> None:
        expected = self.expected.leaves(attributes)
        try:
            with speaking(self.resident.citizen_id) as actor:
                found = disclose(by=actor, relying_party=self.party, requested=attributes, path="userinfo")
        except (DisclosureRefused, NotActive):
            found = {}
        assert set(found) == expected
        self.rows += bool(expected)
        with as_owner():
            assert Disclosure.objects.filter(citizen_id=self.resident.citizen_id).count() == self.rows

    def act(self, action: Callable[..., Any], who: UUID | None = None, **values: Any) -> Any:
        """None where it was refused. who: by default she herself."""
        try:
            with speaking(who or self.resident.citizen_id) as actor:
                return action(by=actor, **values) or True
        except (ValidationError, NotActive, PermissionDenied):
            return None

    def check_statement(self) -> None:
        """The one SQL statement of the provider says what the domain derives from the same rows."""
        with as_owner():
            rows = ConsentEvent.objects.filter(citizen_id=self.resident.citizen_id).order_by("id")
            streams: dict[UUID, list[ConsentEvent]] = {}
            for row in rows:
                streams.setdefault(row.consent_id, []).append(row)
            now = max([timezone.now(), *(row.occurred_at for row in rows)])
            derived = any(
                consent_of(stream).state(now) is State.LIVE
                and stream[0].purpose_key == self.party.purpose_key
                for stream in streams.values()
            )
        if self.expected.active:
            with speaking(self.resident.citizen_id):
                found = basis(self.resident.citizen_id, self.party)
            assert found is not None
            assert found.consents == derived == (self.expected.counting is not None)


GIVEN = ("give", {"age_over_65", "resident_of"}, None)
ASKED = ("ask", {"age_over_65"})


@example(story=[GIVEN, ASKED, ("withdraw",)])
@example(story=[GIVEN, ASKED, ("narrow", "age_over_65"), ASKED])
@example(story=[GIVEN, ASKED, ("expire",)])
@example(story=[GIVEN, ASKED, ("purpose", PURPOSES[1]), ASKED, ("purpose", PURPOSES[0])])
@example(story=[GIVEN, ("english", ENGLISH[1]), ASKED, ("english", ENGLISH[0]), ASKED])
@example(story=[("delegate_gives", {"age_over_65"}), ASKED, ("delegate_withdraws",), ASKED])
@example(story=[("end_delegation",), ("delegate_gives", {"age_over_65"}), ASKED])
@example(story=[("suspend",), ("delegate_gives", {"age_over_65"}), ("suspend",), ASKED])
@example(story=[GIVEN, ("suspend",), ASKED, ("suspend",)])
@example(story=[GIVEN, ("move",), ASKED, ("move",)])
@example(story=[("give", {"age_over_65"}, "each_time"), ASKED, ASKED, ("approve",), ASKED])
@example(story=[("give", {"age_over_65"}, "each_time"), ASKED, GIVEN, ASKED])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(steps, min_size=2, max_size=8))
def test_nothing_leaves_without_a_live_consent(
    hanako: Resident, taro: Resident, adopted: RelyingParty, story: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        world = World(hanako, fresh(adopted), taro.citizen_id, give(hanako, taro).pk)
        for name, *values in story:
            {"purpose": world.change}.get(name, getattr(world, name, None))(*values)  # type: ignore[misc]
            world.check_statement()
        world.ask(set(ATTRIBUTES))
        transaction.set_rollback(True)


def fresh(party: RelyingParty) -> RelyingParty:
    """As registered, whatever an earlier story made of the row in memory."""
    with context.person(None):
        return RelyingParty.objects.get(pk=party.pk)
