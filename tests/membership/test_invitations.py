"""Invitations: one link, one post, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.dates import calendar_date
from consortium.membership.actions import invite_secretary, invite_staff, revoke_invitation
from consortium.membership.models import SecretariatPost, StaffInvitation, StaffPost, User, today
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from tests import factories

PASSWORD = "とても長い合言葉です123"


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def invite(acting, administrator, maebashi):
    def make(email="new@staff.example", role="editor"):
        with acting(administrator, maebashi) as actor:
            return f"/m/102016/invitations/{invite_staff(by=actor, email=email, name='新人', role=role)}/"

    return make


def accept(client, url, **values):
    return client.post(url, {"name": "新人", "password": PASSWORD, **values})


class TestPage:
    def test_anonymous_is_asked_to_sign_in(self, client, maebashi):
        assert client.get("/m/102016/staff/").status_code == 302

    def test_unrelated_finds_nothing(self, client_for, stranger, maebashi):
        assert client_for(stranger).get("/m/102016/staff/").status_code == 404

    def test_member_is_refused(self, client_for, staff, maebashi):
        client = client_for(staff(maebashi, "editor"))
        assert client.get("/m/102016/staff/").status_code == 403
        assert client.post("/m/102016/staff/invite/", {}).status_code == 403

    def test_administrator_invites(self, client_for, administrator, maebashi, mailbox):
        client = client_for(administrator)
        values = {"name": "新人", "email": "New@Staff.example", "role": "editor"}
        response = client.post("/m/102016/staff/invite/", values)
        assert response.status_code == 302
        page = client.get("/m/102016/staff/").content.decode()
        assert "new@staff.example" in page
        (message,) = mailbox()
        assert message.to == ["new@staff.example"]
        assert "http://localhost:8000/m/102016/invitations/" in message.body
        assert "前橋市" in message.subject

    def test_secretary_is_no_municipal_role(self, client_for, administrator, maebashi):
        values = {"name": "新人", "email": "new@staff.example", "role": "secretary"}
        assert client_for(administrator).post("/m/102016/staff/invite/", values).status_code == 422

    def test_says_the_same_whether_there_is_an_account(self, client_for, administrator, maebashi):
        known = factories.make_user().email
        client = client_for(administrator)
        answers = []
        for email in (known, "unknown@staff.example"):
            response = client.post(
                "/m/102016/staff/invite/", {"name": "新人", "email": email, "role": "editor"}, follow=True
            )
            answers.append(response.content.decode().count("招待を送りました"))
        assert answers == [1, 1]


class TestNewcomer:
    def test_gets_account_post_and_session(self, invite, maebashi):
        client = Client()
        url = invite()
        assert client.get(url).status_code == 200
        response = accept(client, url)
        assert response.status_code == 302
        assert response.url == "/m/102016/"
        user = User.objects.get(email="new@staff.example")
        with context.tenant(maebashi.pk):
            assert StaffPost.objects.get(user=user).role == "editor"
            assert Event.objects.filter(action="invitation.accepted", actor_id=str(user.pk)).exists()
        assert client.get("/m/102016/").status_code == 200

    def test_weak_password_is_refused(self, invite):
        response = accept(Client(), invite(), password="password")
        assert response.status_code == 422
        assert not User.objects.filter(email="new@staff.example").exists()

    def test_link_works_once(self, invite):
        url = invite()
        accept(Client(), url)
        assert Client().get(url).status_code == 410
        assert accept(Client(), url).status_code == 410

    def test_expired_link(self, invite, maebashi):
        url = invite()
        with context.tenant(maebashi.pk):
            StaffInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert Client().get(url).status_code == 410

    def test_revoked_link(self, invite, maebashi, acting, administrator):
        url = invite()
        with acting(administrator, maebashi) as actor:
            revoke_invitation(by=actor, invitation=StaffInvitation.objects.get())
        assert Client().get(url).status_code == 410

    def test_invited_anew_the_first_link_is_dead(self, invite):
        first, second = invite(), invite()
        assert Client().get(first).status_code == 410
        assert Client().get(second).status_code == 200

    def test_unknown_token(self, client, maebashi):
        assert client.get("/m/102016/invitations/unknown/").status_code == 410

    def test_another_municipalitys_path_knows_nothing_of_it(self, invite, takasaki):
        assert Client().get(invite().replace("102016", "102024")).status_code == 410

    def test_only_the_hash_is_kept(self, invite, maebashi):
        token = invite().split("/")[-2]
        with context.tenant(maebashi.pk):
            assert token not in str(StaffInvitation.objects.values().get())


class TestExistingAccount:
    def test_is_asked_to_sign_in(self, invite):
        user = factories.make_user()
        url = invite(email=user.email)
        assert f"/accounts/login/?next={url}" in Client().get(url).content.decode()
        assert accept(Client(), url).status_code == 403

    def test_confirms(self, invite, client_for, maebashi):
        user = factories.make_user()
        assert client_for(user).post(invite(email=user.email)).status_code == 302
        with context.tenant(maebashi.pk):
            assert StaffPost.objects.filter(user=user, role="editor").exists()

    def test_wrong_account_is_told(self, invite, client_for, stranger):
        client, url = client_for(stranger), invite()
        assert "別のアカウントでサインインしています" in client.get(url).content.decode()
        assert client.post(url).status_code == 403


class TestSecretariat:
    def test_command_prints_a_link_that_works(self, db, capsys):
        call_command("invite_secretariat", email="head@body.example", name="局長")
        url = capsys.readouterr().out.strip()
        assert url.startswith("http://localhost:8000/secretariat/invitations/")
        client = Client()
        path = url.removeprefix("http://localhost:8000")
        assert accept(client, path).url == "/secretariat/"
        with context.secretariat():
            assert SecretariatPost.objects.filter(user__email="head@body.example").exists()
        assert client.get("/secretariat/").url == "/accounts/2fa/?required=1"


def test_atomic(invite, maebashi, monkeypatch):
    url = invite()

    def fail(**kwargs):
        raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.membership.actions.invitations.record", fail)
    client = Client(raise_request_exception=False)
    assert accept(client, url).status_code == 500
    assert not User.objects.filter(email="new@staff.example").exists()
    with context.tenant(maebashi.pk):
        assert StaffInvitation.objects.get().is_open


@pytest.mark.django_db(transaction=True)
def test_of_parallel_accepts_one_succeeds():
    with context.secretariat():
        token = invite_secretary(by=system_actor("test"), email="head@body.example", name="局長")

    def attempt(number):
        try:
            return accept(Client(), f"/secretariat/invitations/{token}/").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(attempt, range(6)))
    assert statuses.count(302) == 1, statuses
    assert set(statuses) <= {302, 403, 410, 422}
    assert User.objects.count() == 1


def test_who_begins_later_is_told_so_and_listed(client, client_for, acting, administrator, maebashi, mailbox):
    day = today() + timedelta(days=40)
    with acting(administrator, maebashi) as actor:
        token = invite_staff(
            by=actor,
            email="april@staff.example",
            name="四月",
            role="editor",
            also=["approver"],
            starts_on=day,
        )
    (message,) = mailbox()
    assert "起案者、決裁者" in message.body
    assert "開始日" in message.body
    listed = client_for(administrator).get("/m/102016/staff/").content.decode()
    assert "起案者、決裁者" in listed
    link = f"/m/102016/invitations/{token}/"
    assert calendar_date(day) in client.get(link).content.decode()
    answer = client.post(link, {"name": "四月", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1] == ("/accounts/", 302)
    assert "から使えます" in answer.content.decode()
    listed = client_for(administrator).get("/m/102016/staff/").content.decode()
    assert "着任予定の職員" in listed
    assert "april@staff.example" in listed
