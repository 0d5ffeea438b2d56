"""A digital ID is suspended, resumed and closed: by whom, from where, and what ends with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, system_actor
from identity.actions import standing
from identity.actions.standing import close_citizen, resume_citizen, suspend_citizen
from identity.context import NotActive
from identity.context import resident as speaking
from identity.domain.standing import Reason
from identity.models import Citizen, CitizenStatus, ResidentNotice
from tests import factories

from .residents import HANAKO, TARO, Counter, Resident, make_resident, sign_in


def status_of(resident: Resident) -> str:
    with context.citizen(resident.citizen_id):
        return str(Citizen.objects.values_list("status", flat=True).get())


def by_clerk(counter: Counter, change: Callable[..., None], resident: Resident, reason: Reason) -> None:
    with factories.acting(counter.first, counter.municipality) as actor:
        change(by=actor, citizen_id=resident.citizen_id, reason=reason)


def test_a_clerk_suspends_at_once_and_resumes(hanako: Resident, counter: Counter) -> None:
    by_clerk(counter, suspend_citizen, hanako, Reason.LOST)
    assert status_of(hanako) == CitizenStatus.SUSPENDED
    assert hanako.client.get("/me/")["Location"].startswith("/sign-in/")
    assert sign_in(hanako.client, hanako.device).status_code == 422
    by_clerk(replace(counter, first=counter.second), resume_citizen, hanako, Reason.FOUND)
    assert sign_in(hanako.client, hanako.device).status_code == 302
    with context.citizen(hanako.citizen_id):
        deeds = list(Event.objects.filter(action__startswith="citizen.").values_list("action", flat=True))
        told = list(ResidentNotice.objects.values_list("kind", flat=True))
    assert deeds[:2] == ["citizen.resumed", "citizen.suspended"]
    assert {"citizen.suspended", "citizen.resumed"} <= set(told)


def test_nobody_else_does(hanako: Resident, next_door: Counter, counter: Counter) -> None:
    """Not a clerk next door, not another resident, not staff without the permission."""
    with pytest.raises(PermissionDenied):
        by_clerk(next_door, suspend_citizen, hanako, Reason.LOST)
    taro = make_resident(counter, TARO)
    with speaking(taro.citizen_id) as actor, pytest.raises(PermissionDenied):
        suspend_citizen(by=actor, citizen_id=hanako.citizen_id, reason=Reason.LOST)
    editor = factories.make_staff(counter.municipality, "editor")
    with factories.acting(editor, counter.municipality) as actor, pytest.raises(PermissionDenied):
        close_citizen(by=actor, citizen_id=hanako.citizen_id, reason=Reason.WISH)
    assert status_of(hanako) == CitizenStatus.ACTIVE


def test_she_suspends_herself_and_cannot_resume(hanako: Resident) -> None:
    with speaking(hanako.citizen_id) as actor:
        suspend_citizen(by=actor, citizen_id=hanako.citizen_id, reason=Reason.LOST)
        with pytest.raises(PermissionDenied):
            resume_citizen(by=actor, citizen_id=hanako.citizen_id, reason=Reason.FOUND)
    with pytest.raises(NotActive), speaking(hanako.citizen_id):
        pass


def test_a_job_suspends_for_the_municipality(hanako: Resident, counter: Counter, next_door: Counter) -> None:
    by = system_actor("tests")
    with context.worker(next_door.municipality.pk), pytest.raises(PermissionDenied):
        suspend_citizen(by=by, citizen_id=hanako.citizen_id, reason=Reason.MISUSE)
    with context.worker(counter.municipality.pk):
        suspend_citizen(by=by, citizen_id=hanako.citizen_id, reason=Reason.MISUSE)
    assert status_of(hanako) == CitizenStatus.SUSPENDED


def test_what_is_no_legal_change_is_refused(hanako: Resident, counter: Counter) -> None:
    def refused(change: Callable[..., None]) -> None:
        with pytest.raises(ValidationError) as error:
            by_clerk(counter, change, hanako, Reason.WISH)
        assert error.value.code == "status"

    refused(resume_citizen)
    by_clerk(counter, suspend_citizen, hanako, Reason.WISH)
    refused(suspend_citizen)
    by_clerk(counter, close_citizen, hanako, Reason.WISH)
    for change in (suspend_citizen, resume_citizen, close_citizen):
        refused(change)


@pytest.mark.parametrize("reason", [Reason.WISH, Reason.DEATH])
def test_who_is_alive_may_enrol_anew(hanako: Resident, counter: Counter, reason: Reason) -> None:
    by_clerk(counter, close_citizen, hanako, reason)
    assert status_of(hanako) == CitizenStatus.CLOSED
    if reason == Reason.DEATH:
        with pytest.raises(ValidationError):
            counter.record(HANAKO)
    else:
        assert counter.record(HANAKO).pk != hanako.citizen_id


def test_without_its_audit_row_nothing_changes(
    hanako: Resident, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(standing, "record", fail)
    with pytest.raises(RuntimeError):
        by_clerk(counter, suspend_citizen, hanako, Reason.LOST)
    assert status_of(hanako) == CitizenStatus.ACTIVE
    assert hanako.client.get("/me/").status_code == 200


def test_a_service_may_do_none_of_it(hanako: Resident) -> None:
    with speaking(hanako.citizen_id), pytest.raises(PermissionDenied):
        by = Actor(ActorKind.SERVICE, id="service")
        suspend_citizen(by=by, citizen_id=hanako.citizen_id, reason=Reason.LOST)
