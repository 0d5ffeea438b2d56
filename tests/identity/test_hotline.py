"""The lost-phone hotline: enough to stop something, told to nobody who asks around."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.actions import devices
from identity.actions.standing import resume_citizen, suspend_citizen
from identity.certifying import certify_due
from identity.context import resident as speaking
from identity.domain.device import Reason
from identity.domain.hotline import same_address, same_month
from identity.domain.standing import Reason as StandingReason
from identity.models import ResidentNotice
from tests import factories

from .residents import HANAKO, Counter, Resident, state_purpose
from .test_certificates import add

CALLER = {"kana": HANAKO.kana, "birth_date": "1955-04-01"}


def month() -> str:
    return f"{timezone.localdate():%Y-%m}"


def notices(resident: Resident) -> set[str]:
    with context.citizen(resident.citizen_id):
        return set(ResidentNotice.objects.values_list("kind", flat=True))


def test_two_matching_facts_are_asked_for(
    hanako: Resident, counter: Counter, client_for: Any, at_portal: Any
) -> None:
    home = f"/m/{counter.municipality.code}/counter/"
    with at_portal():
        clerk = client_for(counter.first)
        for said in (
            {},
            {"address": HANAKO.address},
            {"address": HANAKO.address, "month": "2020-01"},
            {"number": "0000-0000", "device": "スマートフォン"},
        ):
            assert clerk.post(f"{home}hotline/", {**CALLER, **said}).status_code == 422, said
        led = clerk.post(f"{home}hotline/", {**CALLER, "address": "大手町2-12-1", "month": month()})
    assert led["Location"] == f"{home}{hanako.citizen_id}/devices/"
    assert {"hotline.identified", "hotline.refused"} <= notices(hanako)


def test_who_is_not_enrolled_and_who_answers_wrongly_look_the_same(
    hanako: Resident, counter: Counter, client_for: Any, at_portal: Any
) -> None:
    home, wrong = f"/m/{counter.municipality.code}/counter/", {"number": "0000-0000", "month": "2020-01"}
    with at_portal():
        told = []
        for clerk, kana in ((counter.first, HANAKO.kana), (counter.second, "だれか だれ")):
            response = client_for(clerk).post(f"{home}hotline/", {**CALLER, **wrong, "kana": kana})
            page = response.content.decode()
            told.append((response.status_code, page[page.index("error-summary") : page.index("<form")]))
    assert told[0] == told[1]
    assert told[0][0] == 422
    with context.tenant(counter.municipality.pk):
        kept = Event.objects.filter(action="hotline.refused")
        assert [(one.citizen_id, one.target_id, one.detail) for one in kept] == [(None, "", {})] * 2
    assert "hotline.refused" in notices(hanako)


@pytest.mark.parametrize("by_one_clerk", [True, False])
def test_guessing_ends_after_five_refusals(
    hanako: Resident, counter: Counter, client_for: Any, at_portal: Any, by_one_clerk: bool
) -> None:
    """Of one clerk whomever she asks about; of one person whoever asks."""
    home, right = f"/m/{counter.municipality.code}/counter/", {"address": HANAKO.address, "month": month()}
    with at_portal():
        guesser, other = client_for(counter.first), client_for(counter.second)
        for number in range(5):
            kana = f"だれか {'あいうえお'[number]}" if by_one_clerk else HANAKO.kana
            guess = {**CALLER, "kana": kana, "number": f"0000-000{number}", "month": "2020-01"}
            assert guesser.post(f"{home}hotline/", guess).status_code == 422
        last = (guesser if by_one_clerk else other).post(f"{home}hotline/", {**CALLER, **right})
        assert last.status_code == 422
        assert "今日は窓口" in last.content.decode()


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("前橋市大手町二丁目12番1号", True),
        ("大手町２－１２－１", True),
        ("群馬県前橋市大手町2丁目12番地の1", True),
        ("12-1", False),
        ("大手町", False),
        ("大手町2-12-2", False),
        ("", False),
    ],
)
def test_addresses_as_people_say_them(said: str, same: bool) -> None:
    assert same_address(said, HANAKO.address) is same


def test_months_as_people_remember_them() -> None:
    assert same_month(date(2026, 1, 1), date(2025, 12, 31))
    assert not same_month(date(2026, 2, 1), date(2025, 12, 31))


def test_one_clerk_does_not_resume_what_she_suspended_herself(
    hanako: Resident, counter: Counter, client_for: Any, at_portal: Any
) -> None:
    with speaking(hanako.citizen_id) as her:
        suspend_citizen(by=her, citizen_id=hanako.citizen_id, reason=StandingReason.LOST)
    for clerk in (counter.first, counter.second):
        with (
            factories.acting(clerk, counter.municipality) as actor,
            pytest.raises(ValidationError) as refused,
        ):
            resume_citizen(by=actor, citizen_id=hanako.citizen_id, reason=StandingReason.FOUND)
        assert refused.value.code == "proofing"
    home = f"/m/{counter.municipality.code}/counter/{hanako.citizen_id}/"
    with at_portal():
        client = client_for(counter.first)
        state_purpose(client, home)
        page = client.get(f"{home}devices/").content.decode()
    assert "一時停止を解除" not in page
    assert "2人の職員で本人確認をやり直す" in page


@pytest.mark.usefixtures("device_ca")
def test_no_clerk_resumes_the_phone_that_she_suspended_herself(hanako: Resident, counter: Counter) -> None:
    device = add(hanako)
    certify_due()
    named = {"citizen_id": hanako.citizen_id, "device_id": device.pk}
    with speaking(hanako.citizen_id) as her:
        devices.suspend_device(by=her, **named, reason=Reason.LOST)
    with factories.acting(counter.first, counter.municipality) as actor:
        with pytest.raises(ValidationError) as refused:
            devices.resume_device(by=actor, **named)
        assert refused.value.code == "hers"
        devices.revoke_device(by=actor, **named, reason=Reason.LOST)
