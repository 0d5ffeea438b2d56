"""What the database shows to whom, under the restricted roles."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.models import (
    Citizen,
    ConsentEvent,
    Disclosure,
    EnrolmentCode,
    Passkey,
    Proofing,
    Pseudonym,
    Residence,
)

from .residents import HANAKO, TARO, Counter, Resident, make_resident

CLOSED_BY_HERSELF = {"status", "suspended_by", "person_index", "name_index"}


def move(citizen_id: UUID, counter: Counter) -> None:
    """Ends the residence today."""
    with context.tenant(counter.municipality.pk):
        Residence.objects.filter(citizen=citizen_id).update(ends_on=timezone.localdate())


def test_citizen_does_not_see_another(hanako: Resident, counter: Counter) -> None:
    taro = make_resident(counter, TARO)
    with context.citizen(hanako.citizen_id):
        for model in (Citizen, Residence, Proofing, Passkey, Event):
            rows = model.objects.values_list("pk" if model is Citizen else "citizen_id", flat=True)
            assert set(rows) == {hanako.citizen_id}
        assert not Passkey.objects.filter(citizen=taro.citizen_id).update(sign_count=9)


def test_clerk_next_door_sees_nobody(counter: Counter, next_door: Counter) -> None:
    citizen = counter.proofed()
    counter.issue(citizen)
    with context.tenant(counter.municipality.pk):
        assert Citizen.objects.get().pk == citizen.pk
    with context.tenant(next_door.municipality.pk):
        for model in (Citizen, Residence, Proofing, EnrolmentCode):
            assert not model.objects.exists()


def test_clerk_next_door_gets_404(counter: Counter, next_door: Counter, client_for: Any) -> None:
    citizen = counter.proofed()
    client: Client = client_for(next_door.first)
    code = next_door.municipality.code
    assert client.get(f"/m/{code}/counter/{citizen.pk}/").status_code == 404
    for act in ("confirm", "decline", "code"):
        assert client.post(f"/m/{code}/counter/{citizen.pk}/{act}/").status_code == 404


def test_moving_away_ends_access_at_once(counter: Counter) -> None:
    citizen = counter.proofed()
    move(citizen.pk, counter)
    with context.tenant(counter.municipality.pk):
        assert not Citizen.objects.exists()
        assert not Proofing.objects.exists()


def test_clerk_cannot_attach_who_lives_elsewhere(counter: Counter, next_door: Counter) -> None:
    """Foreign-key checks see through row-level security: only the exclusion constraint is in the way."""
    citizen = counter.proofed()
    today = timezone.localdate()
    for starts, ends in (
        (today, None),
        (today + timedelta(days=400), None),
        (today, today + timedelta(days=1)),
    ):
        with (
            context.tenant(next_door.municipality.pk),
            pytest.raises(IntegrityError, match="residence_one_at_a_time"),
            transaction.atomic(),
        ):
            Residence(
                citizen_id=citizen.pk, municipality=next_door.municipality, starts_on=starts, ends_on=ends
            ).save(force_insert=True)
    with context.tenant(next_door.municipality.pk):
        assert not Citizen.objects.exists()


def test_clerk_cannot_prolong_a_residence_of_others_or_enter_one_elsewhere(
    counter: Counter, next_door: Counter
) -> None:
    citizen = counter.proofed()
    with context.tenant(next_door.municipality.pk):
        assert not Residence.objects.filter(citizen=citizen.pk).update(ends_on=timezone.localdate())
        with pytest.raises(DatabaseError), transaction.atomic():
            Residence(
                citizen_id=citizen.pk, municipality=counter.municipality, starts_on=timezone.localdate()
            ).save(force_insert=True)


def test_after_a_move_the_new_municipality_sees_her(counter: Counter, next_door: Counter) -> None:
    citizen = counter.proofed()
    move(citizen.pk, counter)
    with context.tenant(next_door.municipality.pk):
        Residence(
            citizen_id=citizen.pk, municipality=next_door.municipality, starts_on=timezone.localdate()
        ).save(force_insert=True)
        assert Citizen.objects.get().pk == citizen.pk


@pytest.mark.parametrize("model", [ConsentEvent, Disclosure, Passkey, Pseudonym])
def test_staff_have_no_rights_in_what_is_hers(counter: Counter, model: Any) -> None:
    for opened in (context.tenant(counter.municipality.pk), context.secretariat()):
        with opened, pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.exists()


def test_her_own_deeds_are_not_in_the_municipality_s_log(hanako: Resident, counter: Counter) -> None:
    with context.tenant(counter.municipality.pk):
        assert set(Event.objects.values_list("actor_kind", flat=True)) == {"staff"}


def test_resident_cannot_rewrite_her_record(hanako: Resident) -> None:
    """She may close it, and then be found no more: nothing of what was proved changes."""
    columns = {field.name for field in Citizen._meta.concrete_fields} - CLOSED_BY_HERSELF
    with context.citizen(hanako.citizen_id):
        for change in (
            *(partial(Citizen.objects.update, **{name: F(name)}) for name in columns),
            lambda: Residence.objects.update(ends_on=None),
            lambda: Proofing.objects.update(level=3),
            lambda: Proofing.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


def test_resident_closes_her_record_and_no_other(hanako: Resident, counter: Counter) -> None:
    taro = make_resident(counter, TARO)
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.update(status="closed", person_index="a" * 64, name_index="") == 1
    with context.tenant(counter.municipality.pk):
        assert Citizen.objects.get(pk=taro.citizen_id).status == "active"


def test_four_eyes_in_the_database(counter: Counter) -> None:
    citizen = counter.record()
    with context.tenant(counter.municipality.pk):
        mine = Proofing.objects.filter(citizen=citizen)
        with pytest.raises(IntegrityError, match="proofing_four_eyes"), transaction.atomic():
            mine.update(
                confirmed_by=counter.first.pk,
                confirmed_at=timezone.now(),
                expires_on=timezone.localdate(),
            )


def test_personal_data_are_encrypted_in_the_table(counter: Counter) -> None:
    counter.proofed()
    row = _as_owner("SELECT row_to_json(c)::text FROM identity_citizen c")
    for value in (HANAKO.given_name, "はなこ", "1955", "大手町", "female"):
        assert value not in row
    assert "gAAAA" in row


def test_no_personal_data_in_the_log(hanako: Resident) -> None:
    rows = _as_owner("SELECT coalesce(string_agg(row_to_json(e)::text, ' '), '') FROM audit_event e")
    assert "citizen.registered" in rows
    for value in (HANAKO.given_name, HANAKO.family_name, "はなこ", "1955-04-01", "大手町"):
        assert value not in rows


def _as_owner(query: str) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE owner")
        cursor.execute(query)
        found = str(cursor.fetchone()[0])
        cursor.execute("RESET ROLE")
    return found
