"""All access with a digital ID ends at once, whoever may end it, and the services hear of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, system_actor
from consortium.tenancy.models import Municipality
from identity import backchannel
from identity.actions import endings
from identity.actions.endings import end_access
from identity.context import resident as speaking
from identity.models import Authorization, Citizen, LogoutCause, LogoutNotice, ResidentSession
from identity.oidc import policy
from services.models import RelyingParty
from tests import factories
from tests.identity.residents import TARO, Counter, Resident, make_resident, sign_in

from .receiver import Receiver, receiving
from .support import HOST, OFFLINE, Service, answer, jwt_claims, refused

pytestmark = pytest.mark.django_db
CAUSE = LogoutCause.SUSPENDED


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def offline(transport: Any, register: Any) -> Service:
    made: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    return made


@pytest.fixture
def listening(offline: Service, receiver: Receiver) -> Service:
    with context.secretariat():
        RelyingParty.objects.filter(pk=offline.party.pk).update(backchannel_logout_uri=receiver.uri)
    return offline


@contextmanager
def working(municipality: Municipality) -> Iterator[Actor]:
    with context.worker(municipality.pk):
        yield system_actor("tests")


def speaker(who: str, resident: Resident, counter: Counter) -> AbstractContextManager[Actor]:
    if who == "herself":
        return speaking(resident.citizen_id)
    if who == "clerk":
        return factories.acting(counter.first, counter.municipality)
    return working(counter.municipality)


def left(citizen_id: UUID) -> tuple[int, int]:
    """Sessions, and authorizations that are worth something."""
    with context.citizen(citizen_id):
        live = Authorization.objects.filter(citizen_id=citizen_id, revoked_at=None)
        return ResidentSession.objects.filter(citizen_id=citizen_id).count(), live.count()


@pytest.mark.parametrize("who", ["herself", "clerk", "worker"])
def test_all_ends_at_once_and_services_hear(
    who: str, hanako: Resident, counter: Counter, listening: Service, receiver: Receiver
) -> None:
    sign_in(Client(), hanako.device)
    taro = make_resident(counter, TARO)
    others = listening.tokens(taro.client)
    held = listening.tokens(hanako.client, scope=OFFLINE)
    waiting = listening.code(hanako.client)
    with speaker(who, hanako, counter) as by:
        assert end_access(by=by, citizen_id=hanako.citizen_id, cause=CAUSE) == 2
    assert left(hanako.citizen_id) == (0, 0)
    assert hanako.client.get("/me/", HTTP_HOST=HOST)["Location"].startswith("/sign-in/")
    assert listening.userinfo(held["access_token"]).status_code == 401
    refused(listening.refresh(held["refresh_token"]), 400, "invalid_grant")
    refused(listening.redeem(waiting), 400, "invalid_grant")
    assert backchannel.deliver_due() == 1
    (token,) = receiver.tokens
    assert jwt_claims(token)["sub"] == jwt_claims(held["id_token"])["sub"]
    assert backchannel.deliver_due() == 0
    assert listening.userinfo(others["access_token"]).status_code == 200
    with context.worker():
        assert LogoutNotice.objects.get().cause == CAUSE


@pytest.mark.parametrize("prompt", [None, "none"])
def test_a_sign_in_that_ends_while_it_is_used_gives_out_no_code(
    prompt: str | None, hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her session is gone when the request that it began with is about to be answered."""
    service.tokens(hanako.client)

    def ended(*_: Any) -> None:
        ResidentSession.objects.filter(citizen_id=hanako.citizen_id).delete()

    monkeypatch.setattr(policy, "refusal", ended)
    before = Authorization.objects.count()
    response = service.authorize(hanako.client, prompt=prompt)
    if prompt:
        assert answer(response)["error"] == "login_required"
    else:
        assert response["Location"].startswith("/sign-in/")
    assert Authorization.objects.count() == before


def test_staff_of_elsewhere_end_nothing(hanako: Resident, service: Service, takasaki: Municipality) -> None:
    service.tokens(hanako.client)
    stranger = factories.make_staff(takasaki, "counter")
    with factories.acting(stranger, takasaki) as by:
        assert end_access(by=by, citizen_id=hanako.citizen_id, cause=CAUSE) == 0
    with working(takasaki) as by:
        assert end_access(by=by, citizen_id=hanako.citizen_id, cause=CAUSE) == 0
    assert left(hanako.citizen_id) == (1, 1)


@pytest.mark.parametrize("role", [context.tenant, context.worker])
@pytest.mark.parametrize("column", ["scope", "session_data"])
def test_who_ends_them_cannot_read_them(
    role: Any, column: str, hanako: Resident, service: Service, maebashi: Municipality
) -> None:
    """Neither which services a resident uses, nor the key of a session."""
    service.tokens(hanako.client)
    model = ResidentSession if column == "session_data" else Authorization
    rows = model._base_manager.filter(citizen_id=hanako.citizen_id)
    with role(maebashi.pk), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.values_list(column).first()


def test_nothing_ends_without_its_record(
    hanako: Resident, counter: Counter, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**values: Any) -> None:
        raise RuntimeError

    service.tokens(hanako.client)
    monkeypatch.setattr(endings, "record", fail)
    with pytest.raises(RuntimeError), factories.acting(counter.first, counter.municipality) as by:
        end_access(by=by, citizen_id=hanako.citizen_id, cause=CAUSE)
    assert left(hanako.citizen_id) == (1, 1)


def test_she_finds_it_in_the_log(hanako: Resident, counter: Counter, service: Service) -> None:
    service.tokens(hanako.client)
    with factories.acting(counter.first, counter.municipality) as by:
        end_access(by=by, citizen_id=hanako.citizen_id, cause=CAUSE)
    with context.citizen(hanako.citizen_id):
        event = Event.objects.get(action="resident.access_ended")
    assert event.detail == {"cause": "suspended", "sessions": 1, "authorizations": 1}


def test_a_suspended_id_is_refused_before_anything_was_revoked(
    hanako: Resident, offline: Service, counter: Counter
) -> None:
    """What decides is her status, at each use: a revocation that comes late lets nobody in."""
    held = offline.tokens(hanako.client, scope=OFFLINE)
    waiting = offline.code(hanako.client)
    with factories.acting(counter.first, counter.municipality):
        Citizen.objects.filter(pk=hanako.citizen_id).update(status="suspended")
    assert left(hanako.citizen_id) == (1, 2)
    assert offline.userinfo(held["access_token"]).status_code == 401
    mine = offline.machine.get("/api/v1/me/attributes/", HTTP_AUTHORIZATION=f"Bearer {held['access_token']}")
    assert mine.status_code == 401
    assert not offline.is_active(held["access_token"]) and not offline.is_active(held["refresh_token"])
    refused(offline.refresh(held["refresh_token"]), 400, "invalid_grant")
    refused(offline.redeem(waiting), 400, "invalid_grant")
    assert hanako.client.get("/me/", HTTP_HOST=HOST)["Location"].startswith("/sign-in/")
    assert "sessionid" not in str(sign_in(Client(), hanako.device).cookies)
