"""After a whole run: no personal value in clear in the database, Valkey, logs, mails or stored files."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from consortium.tenancy import context
from identity.actions.counter import note_access
from identity.actions.disclose import disclose
from identity.context import resident as speaking
from identity.models import Citizen, Disclosure
from tests import factories
from tests.identity.residents import make_resident

from .clear_text import (
    ANSWER,
    CORRECTION,
    KEISUKE,
    QUESTION,
    VALUES,
    dump,
    everywhere,
    found_in,
    katakana,
    left_in_clear,
)


@pytest.mark.parametrize("value", VALUES)
def test_the_search_finds_what_is_there(value: str) -> None:
    """The test of the test."""
    for way in (
        value.encode(),
        b"xy" + base64.b64encode(b"name=" + value.encode() + b";"),
        json.dumps({"a": value}).encode(),
        value.encode().hex().encode(),
        quote(value).encode(),
        katakana(value).encode(),
    ):
        assert value in found_in(b"before " + way + b" after"), way


def test_the_dump_holds_what_is_written(maebashi: Any) -> None:
    assert "前橋市".encode() in dump()["tenancy_municipality"]


def test_none_in_clear(
    caplog: pytest.LogCaptureFixture,
    identity_surface: Any,
    counter: Any,
    adopted: Any,
    consent: Any,
    client_for: Any,
    at_portal: Any,
    capfd: Any,
) -> None:
    """At the counter's pages and hers: register, confirm, enrol, consent, disclose, ask, answer, export."""
    caplog.set_level("INFO")
    resident = make_resident(counter, KEISUKE)
    _at_the_counter(at_portal, client_for, counter, resident.citizen_id)
    consent(resident, adopted, "resident_of", "age_over_65")
    with speaking(resident.citizen_id) as actor:
        disclose(by=actor, relying_party=adopted, requested=["resident_of", "age_over_65"], path="userinfo")
        row = Disclosure.objects.get()
    inquiry = resident.client.post(
        f"/me/inquiries/disclosures/{row.pk}/", {"text": QUESTION, "may_forward": "on"}
    )["Location"]
    assert resident.client.post("/me/data/correction/", {"text": CORRECTION}).status_code == 302
    _answered(at_portal, client_for, counter, inquiry)
    for page in ("/me/", "/me/profile/", "/me/uses/", "/me/notices/", inquiry):
        assert resident.client.get(page).status_code == 200
    export = resident.client.post("/me/data/export/", {"form": "json"}).content
    assert KEISUKE.address.encode() in export, "it is there, for her"
    assert resident.client.post("/me/data/export/", {"form": "pdf"}).status_code == 200
    with context.citizen(resident.citizen_id):
        assert Citizen.objects.get().address == KEISUKE.address

    places = everywhere(caplog, capfd)
    assert left_in_clear(places) == {}
    assert len(places["table identity_citizen"]) > 0


def _at_the_counter(at_portal: Any, client_for: Any, counter: Any, citizen_id: Any) -> None:
    """A second enrolment is refused, a wrong form is shown again, the case is found and opened."""
    home = f"/m/{counter.municipality.code}/counter/"
    typed = {
        "family_name": KEISUKE.family_name,
        "given_name": KEISUKE.given_name,
        "kana": katakana(KEISUKE.kana),
        "birth_date": "昭和36年7月23日",
        "sex": "male",
        "address": KEISUKE.address,
        "evidence": "driving_licence",
    }
    with at_portal():
        clerk = client_for(counter.first)
        assert clerk.post(f"{home}new/", typed).status_code == 422
        assert clerk.post(f"{home}new/", {**typed, "sex": "?"}).status_code == 422
        found = {"kana": typed["kana"], "birth_date": typed["birth_date"], "purpose": "counter"}
        assert clerk.post(f"{home}find/", found).status_code == 302
        assert clerk.get(f"{home}{citizen_id}/").status_code == 200
    with factories.acting(counter.first, counter.municipality) as by:
        note_access(by=by, citizen=Citizen.objects.only("pk").get(pk=citizen_id), purpose="search")


def _answered(at_portal: Any, client_for: Any, counter: Any, inquiry: str) -> None:
    office = f"/m/{counter.municipality.code}/inquiries/{inquiry.split('/')[-2]}/"
    with at_portal():
        clerk = client_for(counter.second)
        clerk.post(f"{office}read/")
        assert clerk.post(f"{office}forward/").status_code == 200
        assert clerk.post(f"{office}answer/", {"text": ANSWER}).status_code == 302
