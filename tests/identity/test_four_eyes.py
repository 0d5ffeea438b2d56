"""Where two clerks are asked for, nobody is met twice: neither who did the first step nor for whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, Principal
from consortium.tenancy.roles import OWNER
from identity.actions import devices
from identity.actions.counter import confirm_proofing, register_citizen, reproof_citizen
from identity.actions.life_events import confirm_life_event, prepare_life_event
from identity.actions.standing import resume_citizen, suspend_citizen
from identity.certifying import certify_due
from identity.domain.device import Reason
from identity.domain.standing import Reason as StandingReason
from identity.models import Citizen, EnrolmentCode, Proofing, ResidentNotice
from identity.queries.counter import case
from tests import factories

from .residents import HANAKO, Counter, Resident, state_purpose
from .test_certificates import add
from .test_life_events import code_of, take_in


@contextmanager
def deputy(counter: Counter) -> Iterator[Actor]:
    """The first clerk, on behalf of the second."""
    with factories.acting(counter.first, counter.municipality) as actor:
        for_whom = Principal(str(counter.second.pk), "本人", "counter", frozenset())
        yield replace(actor, on_behalf_of=for_whom)


def refused(counter: Counter, clerk: Any, action: Any, **arguments: Any) -> str | None:
    with factories.acting(clerk, counter.municipality) as actor, pytest.raises(ValidationError) as error:
        action(by=actor, **arguments)
    return error.value.code


def test_whose_deputy_examined_does_not_confirm(counter: Counter) -> None:
    with deputy(counter) as actor:
        citizen = register_citizen(by=actor, person=HANAKO, evidence="driving_licence")
    assert refused(counter, counter.second, confirm_proofing, citizen=citizen) == "four_eyes"
    third = factories.make_staff(counter.municipality, "counter")
    with factories.acting(third, counter.municipality) as actor:
        confirm_proofing(by=actor, citizen=citizen)


def test_whose_deputy_recorded_does_not_confirm(counter: Counter) -> None:
    citizen = counter.proofed()
    with deputy(counter) as actor:
        event = prepare_life_event(
            by=actor,
            citizen=citizen,
            kind="address",
            effective_on=timezone.localdate(),
            evidence="resident_record",
            values={"address": "群馬県前橋市本町一丁目1番1号"},
        )
    assert refused(counter, counter.second, confirm_life_event, event=event) == "four_eyes"


@pytest.mark.usefixtures("device_ca")
def test_whose_deputy_suspended_neither_resumes_nor_revokes(hanako: Resident, counter: Counter) -> None:
    device = add(hanako)
    certify_due()
    named = {"citizen_id": hanako.citizen_id, "device_id": device.pk}
    with deputy(counter) as actor:
        devices.suspend_device(by=actor, **named, reason=Reason.LOST)
    for clerk in (counter.first, counter.second):
        assert refused(counter, clerk, devices.resume_device, **named) == "four_eyes"
        assert refused(counter, clerk, devices.revoke_device, **named, reason=Reason.LOST) == "four_eyes"


def test_who_suspended_an_id_does_not_resume_it(
    hanako: Resident, counter: Counter, client_for: Any, at_portal: Any
) -> None:
    named = {"citizen_id": hanako.citizen_id, "reason": StandingReason.LOST}
    with deputy(counter) as actor:
        suspend_citizen(by=actor, **named)
    for clerk in (counter.first, counter.second):
        assert refused(counter, clerk, resume_citizen, **named) == "four_eyes"
    third = factories.make_staff(counter.municipality, "counter")
    home = f"/m/{counter.municipality.code}/counter/{hanako.citizen_id}/"
    with at_portal():
        for clerk, offered in ((counter.first, False), (third, True)):
            client = client_for(clerk)
            state_purpose(client, home)
            page = client.get(f"{home}devices/").content.decode()
            assert ("一時停止を解除" in page) == offered
    with factories.acting(third, counter.municipality) as actor:
        resume_citizen(by=actor, **named)


def reproofed(counter: Counter, resident: Resident) -> Citizen:
    citizen = Citizen(pk=resident.citizen_id)
    with factories.acting(counter.first, counter.municipality) as actor:
        reproof_citizen(by=actor, citizen=citizen, evidence="passport")
    return counter.confirm(citizen)


def may_reproof(counter: Counter, citizen: Citizen) -> bool:
    with context.tenant(counter.municipality.pk):
        found = case(citizen.pk)
    return found is not None and found.may_reproof


def test_a_repeated_proofing_leads_to_one_code_and_she_is_told(hanako: Resident, counter: Counter) -> None:
    citizen = reproofed(counter, hanako)
    assert not may_reproof(counter, citizen)
    assert counter.issue(citizen)
    with pytest.raises(ValidationError) as error:
        counter.issue(citizen)
    assert error.value.code == "enrolled"
    assert may_reproof(counter, citizen)
    with context.citizen(hanako.citizen_id):
        assert ResidentNotice.objects.filter(kind="enrolment_code.reissued").count() == 1
        assert Event.objects.filter(action="enrolment_code.issued").count() == 2


def test_a_repeated_proofing_is_good_for_a_day(hanako: Resident, counter: Counter) -> None:
    citizen = reproofed(counter, hanako)
    with context.opened(context.Context(OWNER)):
        mine = Proofing.objects.filter(citizen=citizen, confirmed_at__isnull=False)
        mine.update(confirmed_at=timezone.now() - timedelta(hours=25))
        EnrolmentCode.objects.update(
            issued_at=timezone.now() - timedelta(days=3), used_at=timezone.now() - timedelta(days=2)
        )
    with pytest.raises(ValidationError) as error:
        counter.issue(citizen)
    assert error.value.code == "enrolled"
    assert may_reproof(counter, citizen)


def test_a_move_leads_to_no_code(hanako: Resident, next_door: Counter) -> None:
    take_in(next_door, code_of(hanako.citizen_id))
    with pytest.raises(ValidationError) as error:
        next_door.issue(Citizen(pk=hanako.citizen_id))
    assert error.value.code == "enrolled"


def test_that_she_has_enrolled_is_not_forgotten(hanako: Resident, counter: Counter) -> None:
    """Housekeeping removes codes that nobody used."""
    counter_code = {"expires_at": timezone.now() - timedelta(days=60)}
    with context.opened(context.Context(OWNER)):
        EnrolmentCode.objects.update(**counter_code)
    with context.worker():
        assert EnrolmentCode.objects.count() == 0
        assert EnrolmentCode.objects.all().delete()[0] == 0
    with pytest.raises(ValidationError) as error:
        counter.issue(Citizen(pk=hanako.citizen_id))
    assert error.value.code == "enrolled"
