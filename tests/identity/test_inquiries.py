"""「この利用について問い合わせる」: from the resident's question to an answer, and who sees what of it."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.notifications.models import Announcement
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from identity.actions.counter import note_access
from identity.actions.disclose import disclose
from identity.actions.inquiry_deadlines import watch_deadlines
from identity.context import resident as speaking
from identity.models import Citizen, Disclosure, Inquiry, InquiryMessage
from tests import factories
from tests.identity.residents import TARO, make_resident
from tests.isolation.rows import as_owner

ASKED = "なぜこの日に受け取ったのですか"
ANSWER = "バスの割引を適用したためです"
ADDRESS = re.compile(r"data-address>http://localhost:8001(/answers/[^<]+)<")


@pytest.fixture
def given(hanako, adopted, consent):
    """A disclosure of hers."""
    consent(hanako, adopted, "resident_of")
    with speaking(hanako.citizen_id) as actor:
        disclose(by=actor, relying_party=adopted, requested=["resident_of"], path="userinfo")
        return Disclosure.objects.get()


def ask(resident, given, **more):
    return resident.client.post(f"/me/inquiries/disclosures/{given.pk}/", {"text": ASKED, **more})


@pytest.fixture
def opened(hanako, given):
    """Her opened of an inquiry that may be forwarded."""
    return ask(hanako, given, may_forward="on")["Location"]


def at_office(counter, opened):
    return f"/m/{counter.municipality.code}/inquiries/{opened.split('/')[-2]}/"


def body(response):
    return response.content.decode()


def test_anonymous_and_others(client, hanako, given, opened, counter, next_door, client_for, at_portal):
    taro = make_resident(counter, TARO)
    for address in (opened, f"/me/inquiries/disclosures/{given.pk}/"):
        assert client.get(address).status_code == 302
        assert taro.client.get(address).status_code == 404
        assert hanako.client.get(address).status_code == 200
    there = f"/m/{next_door.municipality.code}/inquiries/{opened.split('/')[-2]}/"
    with at_portal():
        assert client_for(next_door.first).get(there).status_code == 404
        assert client_for(counter.first).get(at_office(counter, opened)).status_code == 200


def test_answered_by_the_municipality(hanako, opened, counter, client_for, at_portal):
    with at_portal():
        clerk, office = client_for(counter.first), at_office(counter, opened)
        assert ASKED not in body(clerk.get(office)), "nothing before a purpose is stated"
        clerk.post(f"{office}read/")
        assert ASKED in body(clerk.get(office))
        assert clerk.post(f"{office}answer/", {"text": ANSWER}).status_code == 302
        again = clerk.post(f"{office}answer/", {"text": ANSWER}, follow=True)
        assert "既に進んでいます" in body(again)
    assert "お問い合わせを確認" in body(hanako.client.get("/me/uses/staff/"))
    assert ANSWER in body(hanako.client.get(opened))
    assert "お問い合わせに回答がありました" in body(hanako.client.get("/me/notices/"))


def test_answered_by_the_service_once(hanako, opened, counter, client_for, at_portal):
    with at_portal():
        clerk, office = client_for(counter.first), at_office(counter, opened)
        clerk.post(f"{office}read/")
        address = ADDRESS.search(body(clerk.post(f"{office}forward/")))[1]
    operator = Client()
    shown = body(operator.get(address))
    assert ASKED in shown
    assert "架空 花子" not in shown
    assert operator.post(address, {"text": ""}).status_code == 422
    assert operator.post(address, {"text": ANSWER}).status_code == 200
    assert operator.get(address).status_code == 404, "one time only"
    assert operator.get("/answers/guessed/").status_code == 404
    assert ANSWER in body(hanako.client.get(opened))


def test_not_forwarded_without_her_consent(hanako, given, counter, client_for, at_portal):
    opened = ask(hanako, given)["Location"]
    with at_portal():
        clerk, office = client_for(counter.first), at_office(counter, opened)
        clerk.post(f"{office}read/")
        assert "事業者へ照会する" not in body(clerk.get(office))
        clerk.post(f"{office}forward/")
    with context.citizen(hanako.citizen_id):
        assert Inquiry.objects.get().state == "received"


def test_closed_and_reopened_by_her_alone(hanako, opened, counter, client_for):
    hanako.client.post(f"{opened}close/")
    assert "終了" in body(hanako.client.get(opened))
    assert hanako.client.post(f"{opened}reopen/", {"text": ""}).status_code == 422
    hanako.client.post(f"{opened}reopen/", {"text": "まだ分かりません"})
    with context.citizen(hanako.citizen_id):
        assert Inquiry.objects.get().state == "received"
        assert InquiryMessage.objects.count() == 2


def test_one_open_inquiry_for_each_use(hanako, given, opened):
    assert "既に問い合わせています" in body(ask(hanako, given))


def test_my_number_is_refused(hanako, given):
    answer = ask(hanako, given, text="私の番号は123456789018です")
    assert answer.status_code == 422
    assert "個人番号" in body(answer)


def test_about_staff_and_corrections(hanako, counter):
    with factories.acting(counter.first, counter.municipality) as by:
        citizen = Citizen.objects.only("pk").get(pk=hanako.citizen_id)
        note_access(by=by, citizen=citizen, purpose="search")
    with context.citizen(hanako.citizen_id):
        viewed = Event.objects.get(action="citizen.viewed")
    access = hanako.client.post(f"/me/inquiries/accesses/{viewed.pk}/", {"text": ASKED})
    correction = hanako.client.post("/me/data/correction/", {"text": "住所の番地が違います"})
    assert (access.status_code, correction.status_code) == (302, 302)
    assert "登録情報の訂正" in body(hanako.client.get("/me/inquiries/"))


def test_a_clerk_does_not_answer_for_her_own_access(hanako, counter, client_for, at_portal):
    with factories.acting(counter.first, counter.municipality) as by:
        note_access(by=by, citizen=Citizen.objects.only("pk").get(pk=hanako.citizen_id), purpose="search")
    with context.citizen(hanako.citizen_id):
        viewed = Event.objects.get(action="citizen.viewed")
    about = hanako.client.post(f"/me/inquiries/accesses/{viewed.pk}/", {"text": ASKED})["Location"]
    office = at_office(counter, about)
    with at_portal():
        own, other = client_for(counter.first), client_for(counter.second)
        for clerk in (own, other):
            clerk.post(f"{office}read/")
        assert "本人へ回答する" not in body(own.get(office))
        assert "別の職員が回答してください" in body(
            own.post(f"{office}answer/", {"text": ANSWER}, follow=True)
        )
        assert ANSWER not in body(other.get(office))
        assert ANSWER in body(other.post(f"{office}answer/", {"text": ANSWER}, follow=True))


def test_a_correction_leads_to_the_counter(hanako, opened, counter, client_for, at_portal):
    """Whoever reads it is led to the life event by which two clerks correct a record; others are not."""
    wish = hanako.client.post("/me/data/correction/", {"text": "住所の番地が違います"})["Location"]
    office = f"/m/{counter.municipality.code}/inquiries/{wish.split('/')[-2]}/"
    deed = f"/m/{counter.municipality.code}/counter/{hanako.citizen_id}/events/correction/"
    with at_portal():
        clerk = client_for(counter.first)
        assert deed not in body(clerk.get(office)), "nobody is named before it is opened"
        clerk.post(f"{office}read/")
        assert deed in body(clerk.get(office))
        assert clerk.get(deed).status_code in {200, 302}
        other = at_office(counter, opened)
        clerk.post(f"{other}read/")
        assert deed not in body(clerk.get(other))


def test_her_words_are_encrypted(hanako, opened):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM identity_inquirymessage")
        assert [ASKED in text for (text,) in cursor.fetchall()] == [False]


def test_reminded_and_escalated_once(hanako, opened, counter, secretary, client_for, at_portal):
    place = counter.municipality.pk

    def watch():
        with context.worker(place):
            return watch_deadlines(by=system_actor("test"), closed=frozenset())

    assert watch() == (0, 0)
    with as_owner():
        Inquiry.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert (watch(), watch()) == ((1, 1), (0, 0))
    with as_owner():
        kinds = set(Announcement.objects.values_list("kind", flat=True))
    assert {"inquiry.due", "inquiry.overdue"} <= kinds
    with at_portal():
        shown = body(client_for(secretary).get("/secretariat/inquiries/"))
    assert "まちなか交通割引" in shown
    assert ASKED not in shown


def test_whole_or_not_at_all(hanako, given, monkeypatch):
    def fail(**_more):
        raise ValidationError("no audit")

    monkeypatch.setattr("identity.actions.inquiries.record", fail)
    assert ask(hanako, given).status_code == 422
    with context.citizen(hanako.citizen_id):
        assert not Inquiry.objects.exists()
