"""Guessing is slow, and nobody can lock an account against its owner."""

import pytest
from django.test import Client

from consortium.membership import limits
from deploy.demo.authenticator import Authenticator, as_form_value

PASSWORD = "とても長い合言葉です123"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"
LOGIN = "/accounts/login/"


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor", password=PASSWORD)


def attempt(client, email, password, source):
    return client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=source)


def fail(email, source, times):
    return [attempt(Client(), email, "wrong", source).status_code for _ in range(times)]


def signs_in(client, email, source):
    return attempt(client, email, PASSWORD, source).status_code == 302


def test_five_failures_per_account_and_source(editor):
    assert fail(editor.email, HERE, 6) == [200] * 5 + [429]
    response = attempt(Client(), editor.email, PASSWORD, HERE)
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "以前にサインインした端末" in response.content.decode()


def test_an_address_without_account_is_answered_alike(db):
    assert fail("nobody@staff.example", HERE, 6) == [200] * 5 + [429]


def test_the_owner_elsewhere_is_not_locked_out(editor):
    fail(editor.email, HERE, 8)
    assert signs_in(Client(), editor.email, ELSEWHERE)


def test_a_known_device_is_not_locked_out_by_its_neighbours(editor):
    """Not even behind the same address: a town hall has one."""
    client = Client()
    assert signs_in(client, editor.email, HERE)
    client.post("/accounts/logout/")
    fail(editor.email, HERE, 8)
    assert signs_in(client, editor.email, HERE)


def test_a_known_device_cannot_guess_on(editor):
    client = Client()
    signs_in(client, editor.email, HERE)
    client.post("/accounts/logout/")
    answers = [attempt(client, editor.email, "wrong", HERE).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_another_persons_device_is_a_strange_one(editor, staff, maebashi):
    other, client = staff(maebashi, "editor", password=PASSWORD), Client()
    signs_in(client, other.email, HERE)
    client.post("/accounts/logout/")
    answers = [attempt(client, editor.email, "wrong", HERE).status_code for _ in range(6)]
    assert answers[-1] == 429
    assert other.email not in client.cookies[limits.COOKIE].value


def test_a_forged_cookie_is_none(editor):
    client = Client()
    client.cookies[limits.COOKIE] = "forged"
    assert [attempt(client, editor.email, "wrong", HERE).status_code for _ in range(6)][-1] == 429


def test_guessing_from_many_places_ends_as_well(editor, monkeypatch):
    monkeypatch.setitem(limits.RATES, "account", "4/h/key")
    answers = [fail(editor.email, f"203.0.113.{number}", 1)[0] for number in range(5)]
    assert answers == [200] * 4 + [429]


def test_one_source_cannot_try_many_accounts(db, monkeypatch):
    monkeypatch.setitem(limits.RATES, "source", "3/5m/ip")
    answers = [fail(f"person{number}@staff.example", HERE, 1)[0] for number in range(4)]
    assert answers == [200] * 3 + [429]


def test_a_passkey_always_works(editor):
    client, device = Client(), Authenticator("http://localhost:8000")
    signs_in(client, editor.email, HERE)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD}, REMOTE_ADDR=HERE)
    page = client.get("/accounts/2fa/webauthn/add/")
    credential = as_form_value(device.create(page.context["js_data"]["creation_options"]))
    client.post("/accounts/2fa/webauthn/add/", {"name": "鍵", "credential": credential})
    fail(editor.email, HERE, 8)
    fresh = Client()
    options = fresh.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"}).json()
    credential = as_form_value(device.get(options["request_options"]))
    response = fresh.post("/accounts/2fa/webauthn/login/", {"credential": credential}, REMOTE_ADDR=HERE)
    assert response.status_code == 302
    assert "_auth_user_id" in fresh.session


def test_mails_to_an_address_are_few_and_the_page_says_nothing_of_it(editor, mailbox):
    pages = [
        Client().post("/accounts/password/reset/", {"email": editor.email}, REMOTE_ADDR=f"192.0.2.{one}")
        for one in range(3)
    ]
    assert {page["Location"] for page in pages} == {"/accounts/password/reset/done/"}
    assert len(mailbox()) == 1


def test_allauths_own_limits_say_when_to_come_back(client, db):
    answers = [client.post("/accounts/password/reset/", {"email": "x@y.example"}) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
