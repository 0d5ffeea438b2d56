"""Re-proofing of somebody who lost her phone, and what a clerk learns of who is enrolled."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.tenancy import context
from consortium.tenancy.roles import OWNER
from deploy.demo.authenticator import Authenticator
from identity.actions.counter import confirm_proofing, decline_proofing, reproof_citizen
from identity.actions.standing import suspend_citizen
from identity.domain.standing import Reason
from identity.models import Citizen, CitizenStatus, EnrolmentCode, Proofing
from identity.queries.counter import case, waiting_for_enrolment
from tests import factories
from tests.identity.residents import (
    HANAKO,
    ORIGIN,
    Counter,
    enrol,
    make_counter,
    make_resident,
    sign_in,
    state_purpose,
)
from tests.identity.test_life_events import code_of, take_in

pytestmark = pytest.mark.django_db
NEW = {
    "family_name": "架空",
    "given_name": "花子",
    "kana": "かくう はなこ",
    "birth_date": "昭和30年4月1日",
    "sex": "female",
    "address": "群馬県前橋市大手町二丁目12番1号",
    "evidence": "driving_licence",
}


@pytest.fixture
def counter(maebashi: Any) -> Counter:
    return make_counter(maebashi)


def reproof(counter: Counter, citizen: Citizen) -> Proofing:
    with factories.acting(counter.first, counter.municipality) as actor:
        return reproof_citizen(by=actor, citizen=citizen, evidence="my_number_card")


def test_a_lost_phone_needs_two_clerks_and_then_a_new_code(identity_surface: Any, counter: Counter) -> None:
    citizen = Citizen(pk=make_resident(counter, HANAKO).citizen_id)
    reproof(counter, citizen)
    with pytest.raises(ValidationError) as unconfirmed:
        counter.issue(citizen)
    assert unconfirmed.value.code == "enrolled"
    acting = factories.acting(counter.first, counter.municipality)
    with acting as actor, pytest.raises(ValidationError) as alone:
        confirm_proofing(by=actor, citizen=citizen)
    assert alone.value.code == "four_eyes"
    counter.confirm(citizen)
    assert len(counter.issue(citizen)) == 16


def test_a_declined_repetition_leaves_the_enrolled_as_she_is(identity_surface: Any, counter: Counter) -> None:
    citizen_id = make_resident(counter, HANAKO).citizen_id
    reproof(counter, Citizen(pk=citizen_id))
    with factories.acting(counter.second, counter.municipality) as actor:
        decline_proofing(by=actor, citizen=Citizen(pk=citizen_id))
    with context.opened(context.Context(OWNER)):
        assert Citizen.objects.get(pk=citizen_id).status == CitizenStatus.ACTIVE
    with pytest.raises(ValidationError):
        counter.issue(Citizen(pk=citizen_id))


def test_a_suspended_id_is_proofed_anew_and_no_earlier_code_lifts_it(
    identity_surface: Any, counter: Counter
) -> None:
    resident = make_resident(counter, HANAKO)
    citizen = Citizen(pk=resident.citizen_id)
    reproof(counter, citizen)
    counter.confirm(citizen)
    earlier = counter.issue(citizen)
    with factories.acting(counter.first, counter.municipality) as actor:
        suspend_citizen(by=actor, citizen_id=citizen.pk, reason=Reason.LOST)
    phone = Authenticator(ORIGIN)
    assert enrol(Client(), earlier, phone).status_code == 422
    citizen.status = CitizenStatus.SUSPENDED
    reproof(counter, citizen)
    counter.confirm(citizen)
    code = counter.issue(citizen)
    assert sign_in(Client(), resident.device).status_code == 422
    assert enrol(Client(), code, phone).status_code == 302
    assert sign_in(Client(), resident.device).status_code == 422, "as dead as before"
    assert sign_in(Client(), phone).status_code == 302
    with context.opened(context.Context(OWNER)):
        event = Event.objects.get(action="citizen.resumed")
    assert (event.detail, event.citizen_id) == ({"reason": "proofed"}, citizen.pk)


def test_who_moves_in_gets_no_code_by_it(identity_surface: Any, counter: Counter, takasaki: Any) -> None:
    """Both clerks saw her for a move: one of them alone could take over her ID with a code."""
    citizen_id = make_resident(counter, HANAKO).citizen_id
    there = make_counter(takasaki)
    take_in(there, code_of(citizen_id))
    with pytest.raises(ValidationError) as refused:
        there.issue(Citizen(pk=citizen_id))
    assert refused.value.code == "enrolled"
    with context.tenant(takasaki.pk):
        found = case(citizen_id)
        assert found and found.may_reproof
        assert not waiting_for_enrolment()
    reproof(there, Citizen(pk=citizen_id))
    there.confirm(Citizen(pk=citizen_id))
    assert len(there.issue(Citizen(pk=citizen_id))) == 16


def test_only_one_repetition_waits(identity_surface: Any, counter: Counter) -> None:
    citizen = Citizen(pk=make_resident(counter, HANAKO).citizen_id)
    reproof(counter, citizen)
    with pytest.raises(ValidationError) as twice:
        reproof(counter, citizen)
    assert twice.value.code == "undecided"


def test_the_pages_lead_from_a_lost_phone_to_a_slip(
    counter: Counter, client_for: Callable[[User], Client]
) -> None:
    citizen = counter.proofed()
    counter.issue(citizen)
    with context.opened(context.Context(OWNER)):
        EnrolmentCode.objects.update(used_at=EnrolmentCode.objects.get().issued_at)
    home = f"/m/{counter.municipality.code}/counter/{citizen.pk}/"
    first, second = client_for(counter.first), client_for(counter.second)
    for clerk in (first, second):
        state_purpose(clerk, home)
    assert "本人確認をやり直す" in first.get(home).content.decode()
    assert first.post(f"{home}again/", {}).status_code == 422
    assert first.post(f"{home}again/", {"evidence": "passport"}).status_code == 302
    assert "別の職員による確認が必要です" in first.get(home).content.decode()
    assert second.post(f"{home}confirm/").status_code == 302
    assert "data-code" in second.post(f"{home}code/").content.decode()


def test_a_duplicate_is_refused_in_neutral_words_with_a_trace_and_not_often(
    counter: Counter, client_for: Callable[[User], Client]
) -> None:
    counter.record()
    clerk = client_for(counter.second)
    url = f"/m/{counter.municipality.code}/counter/new/"
    for _ in range(5):
        page = clerk.post(url, NEW)
        assert page.status_code == 422
        assert "この窓口では登録を続けられません" in page.content.decode()
        assert "既に登録" not in page.content.decode()
    assert "明日まで別の職員" in clerk.post(url, {**NEW, "kana": "べつの ひと"}).content.decode()
    with context.opened(context.Context(OWNER)):
        rows = Event.objects.filter(action="citizen.registration_refused")
        assert {(row.actor_id, row.citizen_id, str(row.detail)) for row in rows} == {
            (str(counter.second.pk), None, "{}")
        }
        assert rows.count() == 5
        assert Citizen.objects.count() == 1
