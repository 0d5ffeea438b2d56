"""The counter's pages for moves, changes and guardians."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from consortium.tenancy import context
from identity.actions.delegations import Terms, record_guardianship
from identity.actions.handover import issue_own_code
from identity.context import resident as speaking
from identity.domain.enrolment_code import code_hash
from identity.models import Citizen, Delegation
from identity.queries.uses import staff_accesses
from tests import factories

from .residents import TARO, Counter, state_purpose


def code_of(citizen: Citizen, kind: str) -> str:
    with speaking(citizen.pk) as actor:
        return issue_own_code(by=actor, kind=kind)


def base(counter: Counter) -> str:
    return f"/m/{counter.municipality.code}/counter/"


def test_a_new_address_by_two_clerks(counter: Counter, client_for: Any) -> None:
    hanako = counter.proofed()
    first, second = (client_for(clerk) for clerk in (counter.first, counter.second))
    page = f"{base(counter)}{hanako.pk}/events/"
    for clerk in (first, second):
        state_purpose(clerk, f"{base(counter)}{hanako.pk}/", "move")
    today = str(timezone.localdate())
    refused = first.post(f"{page}address/", {"effective_on": "2999-01-01", "evidence": "notification"})
    assert refused.status_code == 422
    data = {"effective_on": today, "evidence": "notification", "address": "群馬県前橋市本町1番"}
    assert first.post(f"{page}address/", {**data, "address": "123456789018"}).status_code == 422
    assert first.post(f"{page}address/", data).status_code == 302
    assert "記録した職員は確認できません" in first.get(page).content.decode()
    home = second.get(f"/m/{counter.municipality.code}/").content.decode()
    assert "転居（自治体内の住所変更）の確認" in home
    confirm = re.search(r'action="([^"]+/confirm/)"', second.get(page).content.decode())
    assert confirm
    assert "群馬県前橋市本町1番" in second.post(confirm[1], follow=True).content.decode()


def test_every_kind_has_its_form(counter: Counter, client_for: Any) -> None:
    client, hanako = client_for(counter.first), counter.proofed()
    page = f"{base(counter)}{hanako.pk}/"
    state_purpose(client, page)
    for kind in ("move_out", "name", "correction", "death"):
        assert client.get(f"{page}events/{kind}/").status_code == 200, kind
    assert client.get(f"{page}events/move_in/").status_code == 404
    assert client.get(f"{page}guardian/").status_code == 200
    assert "slip__code" in client.post(f"{page}move-code/").content.decode()


def test_a_move_at_the_new_counter(counter: Counter, next_door: Counter, client_for: Any) -> None:
    hanako = counter.proofed()
    code = code_of(hanako, "move")
    first, second = (client_for(clerk) for clerk in (next_door.first, next_door.second))
    page = f"{base(next_door)}move-in/"
    data = {
        "code": code,
        "moved_on": str(timezone.localdate()),
        "address": "群馬県高崎市高松町35番地1",
        "evidence": "driving_licence",
    }
    assert first.post(page, {**data, "code": "0" * 16}).status_code == 422
    assert first.post(page, data).status_code == 302
    shown = second.get(page).content.decode()
    assert "群馬県高崎市高松町" not in shown, "before the purpose is stated"
    ask = re.search(r'href="([^"]+/purpose/[^"]*)"', shown)
    assert ask
    assert second.post(ask[1], {"purpose": "move"})["Location"] == page
    confirm = re.search(r'action="([^"]+/confirm/)"', second.get(page).content.decode())
    assert confirm
    assert second.post(confirm[1], follow=True).status_code == 200
    with context.citizen(hanako.pk):
        seen = [one for one in staff_accesses(hanako.pk) if str(one.deed) == "登録情報を閲覧"]
    assert [(one.municipality, str(one.purpose)) for one in seen] == [("高崎市", "転入・転出の手続")] * 2
    assert client_for(counter.first).get(f"{base(counter)}{hanako.pk}/").status_code == 404
    assert second.get(f"{base(next_door)}{hanako.pk}/").status_code == 200


def test_a_guardian(counter: Counter, client_for: Any) -> None:
    taro = counter.proofed(TARO)
    hanako = counter.proofed()
    first, second = (client_for(clerk) for clerk in (counter.first, counter.second))
    page = f"{base(counter)}{hanako.pk}/"
    data = {
        "code": code_of(taro, "delegate"),
        "basis": "guardian",
        "evidence": "registration",
        "sectors": ["transport"],
        "may_consent": "1",
        "until": f"{timezone.localdate().year + 20}-03-31",
    }
    for clerk in (first, second):
        state_purpose(clerk, page)
    assert first.post(f"{page}guardian/", data).status_code == 302
    shown = second.get(f"{page}events/").content.decode()
    confirm = re.search(r'action="([^"]+/guardian/[^"]+/confirm/)"', shown)
    assert confirm
    second.post(confirm[1])
    with context.citizen(taro.pk):
        assert Delegation.objects.get().effective_at


@pytest.mark.parametrize("decision", ["confirm", "end"])
def test_another_municipality_s_delegation_is_not_decided_at_an_own_resident_s_page(
    counter: Counter, next_door: Counter, client_for: Any, decision: str
) -> None:
    """Nor one of another resident of the own municipality."""
    hanako, child = counter.proofed(), counter.proofed(replace(TARO, birth_date=date(2020, 1, 1)))
    foreign = next_door.proofed(replace(TARO, kana="よその たろう", birth_date=date(2020, 1, 1)))
    found = [recorded(next_door, foreign, hanako), recorded(counter, child, hanako)]
    page, clerk = f"{base(counter)}{hanako.pk}/", client_for(counter.second)
    state_purpose(clerk, page)
    for one in found:
        assert clerk.post(f"{page}guardian/{one.pk}/{decision}/").status_code == 404
    for ward in (foreign, child):
        with context.citizen(ward.pk):
            same = Delegation.objects.get()
        assert (same.effective_at, same.ended_at) == (None, None)


def recorded(counter: Counter, ward: Citizen, guardian: Citizen) -> Delegation:
    terms = Terms(("transport",), may_consent=True, until=timezone.localdate() + timedelta(days=90))
    hashed = code_hash(code_of(guardian, "delegate"))
    with factories.acting(counter.first, counter.municipality) as actor:
        return record_guardianship(
            by=actor, ward=ward, hashed=hashed, basis="parent", evidence="family_register", terms=terms
        )
