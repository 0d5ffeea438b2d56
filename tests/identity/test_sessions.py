"""A resident sees where she is signed in and ends it elsewhere."""

from typing import Any

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context

from .residents import TARO, Counter, Resident, make_resident, sign_in

LIST = "/me/sessions/"


@pytest.fixture
def phone(hanako: Resident) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1"})
    sign_in(client, hanako.device)
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/me/").status_code == 200)


def test_anonymous_is_sent_to_sign_in(identity_surface: Any, db: None, client: Client) -> None:
    for address in (LIST, f"{LIST}x/end/", f"{LIST}end-others/"):
        assert client.post(address)["Location"].startswith("/sign-in/")


def test_list(hanako: Resident, phone: Client) -> None:
    page = phone.get(LIST)
    assert [one.device for one in page.context["table"].all_rows] == ["Safari (iPhone)", ""]
    for one in page.context["table"].all_rows:
        assert one.key not in page.content.decode()


def test_one_or_all_others_end(hanako: Resident, phone: Client) -> None:
    other = phone.get(LIST).context["table"].all_rows[1]
    assert phone.post(f"{LIST}{other.id}/end/")["Location"] == LIST
    assert (is_in(hanako.client), is_in(phone)) == (False, True)
    sign_in(hanako.client, hanako.device)
    assert phone.post(f"{LIST}end-others/").status_code == 302
    assert (is_in(hanako.client), is_in(phone)) == (False, True)
    with context.citizen(hanako.citizen_id):
        assert Event.objects.filter(action="resident.sessions_ended").count() == 2


def test_neither_this_one_nor_somebody_elses(hanako: Resident, phone: Client, counter: Counter) -> None:
    taro = make_resident(counter, person=TARO)
    foreign = taro.client.get(LIST).context["table"].all_rows[0].id
    own = phone.get(LIST).context["table"].all_rows[0].id
    for address in (own, foreign, "unknown"):
        assert phone.post(f"{LIST}{address}/end/").status_code == 404
    assert is_in(taro.client)


def test_idle_residents_are_signed_out(hanako: Resident, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = -1
    assert hanako.client.get("/me/")["Location"].startswith("/sign-in/?next=/me/")
    page = hanako.client.get("/sign-in/")
    assert page.status_code == 200
