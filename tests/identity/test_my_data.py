"""私の情報: all of it as JSON and PDF, and the end of the digital ID."""

import io
import json
import time

import pytest
from django.apps import apps
from pypdf import PdfReader

from consortium.tenancy import context
from identity.actions.disclose import disclose
from identity.ceremonies import SIGN_IN
from identity.context import resident as speaking
from identity.models import Citizen, CitizenStatus, ResidentNotice
from identity.queries.consents import consents
from identity.queries.exports import LEFT_OUT, exported_models, names_a_resident
from tests.identity.residents import HANAKO, TARO, make_resident, sign_in

EXPORT, CLOSE = "/me/data/export/", "/me/close/"


def taken(resident, form="json"):
    return resident.client.post(EXPORT, {"form": form})


def long_ago(client):
    """As if she had signed in an hour before."""
    session = client.session
    session[SIGN_IN] = {**session[SIGN_IN], "at": int(time.time()) - 3600}
    session.save()


def test_every_table_of_a_resident_is_exported_or_left_out_for_a_reason():
    of_residents = {model._meta.label_lower for model in apps.get_models() if names_a_resident(model)}
    exported = {model._meta.label_lower for model in exported_models()}
    assert of_residents - exported - set(LEFT_OUT) == set(), "export it, or say in LEFT_OUT why not"
    assert exported & set(LEFT_OUT) == set()
    assert {"identity.citizen", "identity.disclosure", "identity.consentevent", "audit.event"} <= exported


def test_anonymous_and_not_recently_signed_in(client, hanako):
    for page in (EXPORT, CLOSE):
        assert client.post(page)["Location"].startswith("/sign-in/")
    long_ago(hanako.client)
    for page in (EXPORT, CLOSE):
        assert hanako.client.get(page)["Location"].startswith("/sign-in/")
        assert hanako.client.post(page, {"understood": "on"})["Location"].startswith("/sign-in/")
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.get().status == CitizenStatus.ACTIVE


@pytest.fixture
def used(hanako, adopted, consent):
    consent(hanako, adopted, "resident_of", "age_over_65")
    with speaking(hanako.citizen_id) as actor:
        disclose(by=actor, relying_party=adopted, requested=["resident_of"], path="userinfo")
    return adopted


def test_json_holds_all_of_hers_and_nothing_of_others(hanako, used, counter):
    taro = make_resident(counter, TARO)
    answer = taken(hanako)
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    export = json.loads(answer.content)
    (citizen,) = export["tables"]["identity.citizen"]
    assert (citizen["family_name"], citizen["address"]) == (HANAKO.family_name, HANAKO.address)
    assert len(export["tables"]["identity.disclosure"]) == 1
    assert [row["event"] for row in export["tables"]["identity.consentevent"]] == ["given"]
    assert export["tables"]["audit.event"], "what staff did is hers to know"
    assert str(taro.citizen_id) not in answer.content.decode()
    assert str(counter.first.pk) not in answer.content.decode(), "accounts of staff are not"


def test_pdf_can_be_read(hanako, used):
    answer = taken(hanako, "pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for words in (HANAKO.address, "まちなか交通割引", "利用の記録"):
        assert words in text.replace("\n", "")


def test_she_is_told_of_it(hanako):
    taken(hanako)
    with context.citizen(hanako.citizen_id):
        assert ResidentNotice.objects.filter(kind="data.exported").count() == 1


def test_closing_asks_to_understand(hanako):
    assert hanako.client.post(CLOSE).status_code == 422
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.get().status == CitizenStatus.ACTIVE


def test_closing_ends_everything(hanako, used):
    assert "まちなか交通割引" in hanako.client.get(CLOSE).content.decode()
    assert hanako.client.post(CLOSE, {"understood": "on"})["Location"] == "/"
    assert hanako.client.get("/me/").status_code == 302
    assert sign_in(hanako.client, hanako.device).status_code == 422
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.get().status == CitizenStatus.CLOSED
        assert not [one for one in consents(hanako.citizen_id) if one.is_live]


def test_closing_is_whole_or_not_at_all(hanako, used, monkeypatch):
    def fail(**_more):
        raise RuntimeError("no audit")

    monkeypatch.setattr("identity.actions.standing.record", fail)
    hanako.client.raise_request_exception = False
    assert hanako.client.post(CLOSE, {"understood": "on"}).status_code == 500
    with context.citizen(hanako.citizen_id):
        assert Citizen.objects.get().status == CitizenStatus.ACTIVE
        assert [one for one in consents(hanako.citizen_id) if one.is_live]


def test_a_new_id_after_closing_is_another(hanako, counter):
    hanako.client.post(CLOSE, {"understood": "on"})
    again = make_resident(counter, HANAKO)
    assert again.citizen_id != hanako.citizen_id
