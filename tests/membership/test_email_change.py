"""Another address to sign in with: proved by its mailbox, stopped from the old one, a secret to others."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from consortium.membership import queries
from consortium.membership.actions import ask_email_change, prove_email_change, stop_email_change
from consortium.membership.models import EmailChange, User
from consortium.membership.timeouts import ACTIVE
from consortium.tenancy import context
from tests import factories

PASSWORD = "とても長い合言葉です123"
NEW = "hanako.new@staff.example"
PAGE = "/accounts/email/"
LINK = re.compile(r"http://localhost:8000(/accounts/email/\w+/[\w-]+/)")


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor", password=PASSWORD)


@pytest.fixture
def client(client_for, editor):
    return client_for(editor)


@pytest.fixture
def links(client, editor, mailbox):
    """(proof, stop) out of the mails to the new and the old address."""

    def ask(email=NEW):
        assert client.post(PAGE, {"email": email})["Location"] == PAGE
        bodies = {message.to[0]: message.body for message in mailbox() if LINK.search(message.body)}
        return LINK.search(bodies[NEW])[1], LINK.search(bodies[editor.email])[1]

    return ask


def address(user):
    return User.objects.get(pk=user.pk).email


def test_anonymous_is_asked_to_sign_in(db):
    assert Client().get(PAGE).status_code == 302
    assert Client().get("/accounts/email/prove/x/").status_code == 302


def test_asks_for_a_recent_proof_and_keeps_what_was_typed(client_for, editor):
    client = client_for(editor, recent=False)
    assert client.post(PAGE, {"email": NEW})["Location"].startswith("/accounts/confirm/")
    assert not EmailChange.objects.exists()


def test_takes_effect_only_when_proved(client, editor, links):
    proof, _stop = links()
    assert address(editor) == editor.email
    assert NEW in client.get(PAGE).content.decode()
    assert client.get(proof).status_code == 200
    assert address(editor) == editor.email
    assert client.post(proof)["Location"] == "/accounts/"
    assert address(editor) == NEW
    assert list(EmailAddress.objects.filter(user=editor).values_list("email", "verified")) == [(NEW, True)]
    client.post("/accounts/logout/")
    assert Client().post("/accounts/login/", {"login": NEW, "password": PASSWORD}).status_code == 302
    assert Client().post("/accounts/login/", {"login": editor.email, "password": PASSWORD}).status_code == 200


def test_link_works_once_for_its_account_and_for_a_day(client, client_for, links, staff, maebashi):
    proof, _stop = links()
    assert client_for(staff(maebashi, "editor")).post(proof).status_code == 410
    assert Client().post(proof)["Location"].startswith("/accounts/login/")
    EmailChange.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    assert client.post(proof).status_code == 410
    EmailChange.objects.update(asked_at=timezone.now())
    assert client.post(proof).status_code == 302
    assert client.get(proof).status_code == 410


def test_the_old_address_stops_it_before(client, editor, links):
    proof, stop = links()
    stranger = Client()
    assert stranger.get(stop).status_code == 200
    assert client.get(proof).status_code == 200
    assert "変更を止めました" in stranger.post(stop).content.decode()
    assert client.post(proof).status_code == 410
    assert client.get("/accounts/").status_code == 200
    assert User.objects.get(pk=editor.pk).has_usable_password()


def test_the_old_address_takes_it_back_afterwards(client, editor, links):
    """And throws out whoever changed it, with what she registered meanwhile."""
    kept = Authenticator.objects.create(user=editor, type="totp", data={})
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=9))
    proof, stop = links()
    client.post(proof)
    Authenticator.objects.create(user=editor, type="webauthn", data={})
    assert "元に戻し" in Client().post(stop).content.decode()
    assert address(editor) == editor.email
    assert client.get("/accounts/").status_code == 302
    assert not User.objects.get(pk=editor.pk).has_usable_password()
    assert list(Authenticator.objects.filter(user=editor)) == [kept]
    assert Client().get(stop).status_code == 410


def test_the_address_put_in_between_gets_nothing_back(client, editor, links, mailbox):
    """A thief who changes the address twice holds the second change's link to stop it."""
    proof, stop = links()
    client.post(proof)
    client.post(PAGE, {"email": "thief@staff.example"})
    bodies = {message.to[0]: message.body for message in mailbox() if LINK.search(message.body)}
    client.post(LINK.search(bodies["thief@staff.example"])[1])
    assert address(editor) == "thief@staff.example"
    Client().post(stop)
    assert address(editor) == editor.email
    assert Client().post(LINK.search(bodies[NEW])[1]).status_code == 410
    assert address(editor) == editor.email


def test_is_taken_back_on_a_device_that_is_signed_in(client, links):
    """Whose session ends with the others, and had its clock to write."""
    proof, stop = links()
    client.post(proof)
    client.get("/accounts/")
    session = client.session
    session[ACTIVE] = int(time.time()) - 120
    session.save()
    answer = client.post(stop)
    assert answer.status_code == 200
    assert "元に戻し" in answer.content.decode()


def test_not_for_ever(client, links):
    proof, stop = links()
    client.post(proof)
    EmailChange.objects.update(proved_at=timezone.now() - timedelta(hours=73))
    assert Client().post(stop).status_code == 410


def test_an_address_of_another_account_is_answered_alike(client, mailbox, editor):
    taken = factories.make_user().email
    first = client.post(PAGE, {"email": taken}, follow=True)
    assert "確認のリンクを送りました" in first.content.decode()
    (letter,) = [message for message in mailbox() if message.to == [taken]]
    assert "既にある" in letter.body
    assert not LINK.search(letter.body)


def test_somebody_was_faster(client, editor, links):
    proof, _stop = links()
    User.objects.create(email=NEW, name="先に使った人")
    assert client.post(proof).status_code == 422
    assert address(editor) == editor.email


def test_three_an_hour(client):
    answers = [client.post(PAGE, {"email": f"a{one}@b.example"}) for one in range(4)]
    assert [one.status_code for one in answers] == [302, 302, 302, 429]
    assert answers[-1]["Retry-After"] == "3600"


def test_a_second_request_replaces_the_first(client, links):
    proof, _stop = links()
    client.post(PAGE, {"email": "other@staff.example"})
    assert client.post(proof).status_code == 410


def test_one_can_think_again(client, links):
    proof, _stop = links()
    assert client.post(f"{PAGE}cancel/").status_code == 302
    assert client.post(proof).status_code == 410


def test_the_present_address(client, editor):
    assert client.post(PAGE, {"email": editor.email.upper()}).status_code == 422


def test_ones_own_only(editor, stranger):
    with context.person(stranger.pk):
        actor = queries.account_actor(stranger)
        with pytest.raises(PermissionDenied):
            ask_email_change(by=actor, user=editor, email=NEW)


def test_atomic(editor, monkeypatch):
    with context.person(editor.pk):
        actor = queries.account_actor(editor)
        ask_email_change(by=actor, user=editor, email=NEW)
        change = EmailChange.objects.get()

        def fail(**kwargs):
            raise RuntimeError("audit is down")

        monkeypatch.setattr("consortium.membership.actions.email.record_security_change", fail)
        for action in (prove_email_change, stop_email_change):
            with pytest.raises(RuntimeError):
                action(by=actor, change=change)
        change.refresh_from_db()
    assert (change.proved_at, change.stopped_at, address(editor)) == (None, None, editor.email)


def test_too_late_is_told_by_the_action_too(editor):
    with context.person(editor.pk):
        actor = queries.account_actor(editor)
        ask_email_change(by=actor, user=editor, email=NEW)
        change = EmailChange.objects.get()
        stop_email_change(by=actor, change=change)
        for action in (prove_email_change, stop_email_change):
            with pytest.raises(ValidationError):
                action(by=actor, change=change)


def test_the_old_address_is_written_to_once_at_each_step(editor, links, mailbox):
    """At first with the link that stops it, since nothing has changed; then that it has."""
    _proof, stop = links()
    (letter,) = [message for message in mailbox() if message.to == [editor.email]]
    assert stop in letter.body


def test_the_change_itself_is_told(client, editor, links, mailbox):
    proof, _stop = links()
    before = len(mailbox())
    client.post(proof)
    told = [message.to[0] for message in mailbox()[before:]]
    assert sorted(told) == sorted([editor.email, NEW])
