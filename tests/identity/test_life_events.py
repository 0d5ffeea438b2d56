"""Moves, changes, corrections, deaths: two clerks, from the day on, nothing rewritten."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from consortium.tenancy import context
from identity.actions.handover import issue_move_code, issue_own_code
from identity.actions.life_events import confirm_life_event, decline_life_event, prepare_life_event
from identity.actions.moves import confirm_move_in, prepare_move_in
from identity.actions.pseudonyms import pseudonym_for
from identity.context import resident as speaking
from identity.domain.enrolment_code import code_hash
from identity.models import Citizen, ConsentEvent, LifeEvent, Pseudonym, Residence
from identity.models.person_index import name_index
from identity.queries.counter import case, find
from identity.queries.personal import person
from tests import factories

from .residents import HANAKO, Counter, Resident

TODAY = timezone.localdate
NEW_ADDRESS = "群馬県高崎市高松町35番地1"


def code_of(citizen_id: Any) -> str:
    with speaking(citizen_id) as actor:
        return code_hash(issue_own_code(by=actor, kind="move"))


def take_in(counter: Counter, hashed: str, days_ago: int = 0) -> LifeEvent:
    with factories.acting(counter.first, counter.municipality) as actor:
        event = prepare_move_in(
            by=actor,
            hashed=hashed,
            moved_on=TODAY() - timedelta(days_ago),
            address=NEW_ADDRESS,
            evidence="driving_licence",
        )
    with factories.acting(counter.second, counter.municipality) as actor:
        return confirm_move_in(by=actor, event=event)


def prepare(counter: Counter, citizen: Citizen, kind: str, days: int = 0, **more: Any) -> LifeEvent:
    with factories.acting(counter.first, counter.municipality) as actor:
        return prepare_life_event(
            by=actor,
            citizen=citizen,
            kind=kind,
            effective_on=TODAY() + timedelta(days),
            evidence="family_register",
            **more,
        )


def confirm(counter: Counter, event: LifeEvent) -> LifeEvent:
    with factories.acting(counter.second, counter.municipality) as actor:
        return confirm_life_event(by=actor, event=event)


def sees(counter: Counter, citizen_id: Any) -> bool:
    with context.tenant(counter.municipality.pk):
        return Citizen.objects.filter(pk=citizen_id).exists()


def homes(citizen_id: Any) -> list[Any]:
    with context.citizen(citizen_id):
        rows = Residence.objects.order_by("starts_on", "ends_on")
        return list(rows.values_list("municipality_id", "starts_on", "ends_on"))


def test_a_move_by_the_resident_s_code(counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    since = homes(hanako.pk)[0][1]
    take_in(next_door, code_of(hanako.pk))
    assert homes(hanako.pk) == [
        (counter.municipality.pk, since, TODAY()),
        (next_door.municipality.pk, TODAY(), None),
    ]
    assert (sees(counter, hanako.pk), sees(next_door, hanako.pk)) == (False, True)
    with context.citizen(hanako.pk):
        own = person(hanako.pk)
        assert own
        assert (own.address, own.municipality) == (NEW_ADDRESS, next_door.municipality)
    with context.tenant(next_door.municipality.pk):
        assert case(hanako.pk), "both clerks have proofed her here"


def test_pseudonyms_and_consents_stay(
    hanako: Resident, next_door: Counter, adopted: Any, consent: Any
) -> None:
    consent(hanako, adopted, "resident_of")
    with speaking(hanako.citizen_id):
        before = pseudonym_for(hanako.citizen_id, "transport")
    take_in(next_door, code_of(hanako.citizen_id))
    with speaking(hanako.citizen_id):
        assert Pseudonym.objects.get(sector="transport").value == before
        assert ConsentEvent.objects.count() == 1


def test_without_the_code_a_new_municipality_reaches_nobody(counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    code_of(hanako.pk)
    with pytest.raises(ValidationError, match="使用できません"):
        take_in(next_door, code_hash("0" * 16))
    with context.tenant(next_door.municipality.pk):
        assert not Residence.objects.filter(citizen=hanako).exists()
        assert not Residence.objects.filter(citizen=hanako).update(ends_on=TODAY())


def test_a_code_is_good_once(counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    hashed = code_of(hanako.pk)
    take_in(next_door, hashed)
    with pytest.raises(ValidationError, match="使用できません"):
        take_in(counter, hashed)


def test_two_municipalities_prepare_and_one_confirms(counter: Counter, next_door: Counter) -> None:
    """A race: the same code, shown at two counters."""
    hanako = next_door.proofed()
    third = counter
    hashed = code_of(hanako.pk)
    with factories.acting(third.first, third.municipality) as actor:
        event = prepare_move_in(
            by=actor, hashed=hashed, moved_on=TODAY(), address=NEW_ADDRESS, evidence="passport"
        )
    with factories.acting(third.second, third.municipality) as actor:
        confirm_move_in(by=actor, event=event)
    with factories.acting(third.second, third.municipality) as actor, pytest.raises(ValidationError):
        confirm_move_in(by=actor, event=event)
    assert len(homes(hanako.pk)) == 2


def test_a_gap_is_kept_and_an_overlap_refused(counter: Counter, next_door: Counter) -> None:
    hanako = counter.proofed()
    hashed = code_of(hanako.pk)
    with pytest.raises(ValidationError) as early:
        take_in(next_door, hashed, days_ago=3)
    assert early.value.error_dict["moved_on"][0].code == "before", "before she lived in the old one"
    with factories.acting(counter.first, counter.municipality) as actor:
        paper = code_hash(issue_move_code(by=actor, citizen=hanako))
    confirm(counter, prepare(counter, hanako, "move_out"))
    assert not sees(counter, hanako.pk)
    take_in(next_door, paper)
    assert [row[2] for row in homes(hanako.pk)] == [TODAY(), None]


def test_a_future_move_out_ends_access_on_its_day(counter: Counter) -> None:
    hanako = counter.proofed()
    confirm(counter, prepare(counter, hanako, "move_out", days=7))
    assert sees(counter, hanako.pk)
    assert homes(hanako.pk)[0][2] == TODAY() + timedelta(7)


def test_four_eyes_and_once(counter: Counter) -> None:
    hanako = counter.proofed()
    event = prepare(counter, hanako, "address", values={"address": NEW_ADDRESS})
    with (
        factories.acting(counter.first, counter.municipality) as actor,
        pytest.raises(ValidationError, match="別の職員"),
    ):
        confirm_life_event(by=actor, event=event)
    with pytest.raises(ValidationError, match="待っています"):
        prepare(counter, hanako, "address", values={"address": "別"})
    with factories.acting(counter.first, counter.municipality) as actor:
        decline_life_event(by=actor, event=event)
    with pytest.raises(ValidationError, match="既に処理"):
        confirm(counter, event)


def test_a_new_name_is_found_and_the_old_one_kept(counter: Counter) -> None:
    hanako = counter.proofed()
    values = {"family_name": "実在", "kana": "じつざい はなこ"}
    event = confirm(counter, prepare(counter, hanako, "name", values=values))
    with context.tenant(counter.municipality.pk):
        assert [one.family_name for one in find("じつざい はなこ", HANAKO.birth_date)] == ["実在"]
        assert not find(HANAKO.kana, HANAKO.birth_date)
        assert "架空" in LifeEvent.objects.get(pk=event.pk).previous
        (found,) = find("じつざい はなこ", HANAKO.birth_date)
        assert found.name_index == name_index(f"実在{HANAKO.given_name}", HANAKO.birth_date)


@pytest.mark.parametrize(
    ("kind", "days", "more", "code"),
    [
        ("name", 0, {}, "values"),
        ("name", 0, {"values": {"address": "別"}}, "values"),
        ("correction", 0, {"values": {"sex": "male"}}, "reason"),
        ("address", 1, {"values": {"address": "別"}}, "date"),
        ("death", 1, {}, "date"),
        ("move_out", -1, {}, "date"),
    ],
)
def test_bad_input_changes_nothing(counter: Counter, kind: str, days: int, more: Any, code: str) -> None:
    hanako = counter.proofed()
    with pytest.raises(ValidationError) as refused:
        prepare(counter, hanako, kind, days, **more)
    by_field = getattr(refused.value, "error_dict", {"": [refused.value]})
    assert {one.code for errors in by_field.values() for one in errors} == {code}
    with context.tenant(counter.municipality.pk):
        assert not LifeEvent.objects.exists()


def test_death_ends_everything(hanako: Resident, counter: Counter) -> None:
    with context.tenant(counter.municipality.pk):
        citizen = Citizen.objects.get(pk=hanako.citizen_id)
    confirm(counter, prepare(counter, citizen, "death"))
    assert hanako.client.get("/me/").status_code == 302
    assert not sees(counter, hanako.citizen_id)
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.get().status == "closed"
