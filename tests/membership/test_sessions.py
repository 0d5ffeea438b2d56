"""Where one is signed in; ending it there, for oneself, for a colleague, for who has left."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.actions import sign_out_colleague
from consortium.membership.models import StaffPost
from consortium.tenancy import context

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
LIST = "/accounts/sessions/"
PASSWORD = "とても長い合言葉です123"


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor")


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def devices(client_for, editor):
    """Three clients of one account, each seen once."""
    made = [client_for(editor) for _ in range(3)]
    for client in made:
        client.get("/accounts/", headers={"user-agent": FIREFOX})
    return made


def is_in(client):
    return client.get("/accounts/").status_code == 200


def number(client):
    return UserSession.objects.get(session_key=client.session.session_key).pk


def post_of(user, municipality):
    with context.tenant(municipality.pk):
        return StaffPost.objects.get(user=user)


class TestOwn:
    def test_anonymous_is_asked_to_sign_in(self, client, db):
        assert client.get(LIST).status_code == 302
        assert client.post(f"{LIST}1/end/").status_code == 302

    def test_list_names_devices_and_marks_this_one(self, devices):
        page = devices[0].get(LIST)
        assert {line.device for line in page.context["table"].all_rows} == {"Firefox (Linux)"}
        assert [line.is_current for line in page.context["table"].all_rows] == [True, False, False]
        assert "127.0.0.1" in page.content.decode()

    def test_one_ends(self, devices, editor):
        assert devices[0].post(f"{LIST}{number(devices[1])}/end/").status_code == 302
        assert [is_in(client) for client in devices] == [True, False, True]

    def test_all_others_end(self, devices):
        page = devices[0].post(f"{LIST}end-others/", follow=True).content.decode()
        assert "2台をサインアウトしました" in page
        assert [is_in(client) for client in devices] == [True, False, False]

    def test_not_this_one_and_not_somebody_elses(self, devices, client_for, administrator):
        assert devices[0].post(f"{LIST}{number(devices[0])}/end/").status_code == 404
        other = client_for(administrator)
        other.get("/accounts/")
        assert devices[0].post(f"{LIST}{number(other)}/end/").status_code == 404
        assert is_in(other)

    def test_without_a_recent_proof(self, devices, client_for, editor):
        """Whoever fears a stranger is signed in somewhere is not held up."""
        client = client_for(editor, recent=False)
        assert client.post(f"{LIST}end-others/")["Location"] == LIST


class TestColleague:
    def address(self, user, municipality):
        return f"/m/102016/staff/{post_of(user, municipality).pk}/sign-out/"

    def test_member_may_not(self, client_for, staff, editor, maebashi):
        client = client_for(staff(maebashi, "approver"))
        assert client.post(self.address(editor, maebashi)).status_code == 403

    def test_administrator_of_elsewhere_may_not(self, client_for, staff, editor, maebashi, takasaki):
        client = client_for(staff(takasaki, "administrator"))
        address = self.address(editor, maebashi)
        assert client.post(address).status_code == 404
        assert client.post(address.replace("102016", "102024")).status_code == 404

    def test_administrator_may(self, client_for, administrator, editor, maebashi, devices):
        client = client_for(administrator)
        address = self.address(editor, maebashi)
        assert client.get(address.removesuffix("sign-out/")).status_code == 200
        assert client.post(address).status_code == 302
        assert not any(is_in(one) for one in devices)
        assert is_in(client)
        with context.tenant(maebashi.pk):
            assert Event.objects.get(action="staff.signed_out").detail["count"] == 3

    def test_atomic(self, acting, administrator, editor, maebashi, devices, monkeypatch):
        def fail(**kwargs):
            raise RuntimeError("audit is down")

        monkeypatch.setattr("consortium.membership.actions.sessions.record", fail)
        with acting(administrator, maebashi) as actor, pytest.raises(RuntimeError):
            sign_out_colleague(by=actor, post=StaffPost.objects.get(user=editor))
        assert all(is_in(one) for one in devices)


class TestLeaving:
    def leave(self, client_for, administrator, editor, maebashi, capture):
        with capture(execute=True):
            client_for(administrator).post(f"/m/102016/staff/{post_of(editor, maebashi).pk}/end/")

    def test_last_post_takes_the_sessions_along(
        self, client_for, administrator, editor, maebashi, devices, django_capture_on_commit_callbacks
    ):
        self.leave(client_for, administrator, editor, maebashi, django_capture_on_commit_callbacks)
        assert not any(is_in(one) for one in devices)

    def test_who_serves_elsewhere_stays(
        self, client_for, staff, administrator, editor, maebashi, takasaki, devices,
        django_capture_on_commit_callbacks,
    ):  # fmt: skip
        staff(takasaki, "editor", user=editor)
        self.leave(client_for, administrator, editor, maebashi, django_capture_on_commit_callbacks)
        assert all(is_in(one) for one in devices)


class TestNewDevice:
    """Its owner is told of a sign-in from a browser that the account doesn't know."""

    @pytest.fixture
    def editor(self, staff, maebashi):
        return staff(maebashi, "editor", password=PASSWORD)

    def sign_in(self, client, user):
        values = {"login": user.email, "password": PASSWORD}
        assert client.post("/accounts/login/", values, headers={"user-agent": FIREFOX}).status_code == 302
        return client

    def letters(self, mailbox):
        return [one for one in mailbox() if one.subject == "新しい端末からのサインイン"]

    def test_told_in_a_mail_and_the_inbox_with_the_way_to_stop_it(self, editor, mailbox):
        desk = self.sign_in(Client(), editor)
        assert not self.letters(mailbox), "the first sign-in of an account is no news"
        self.sign_in(Client(), editor)
        (letter,) = self.letters(mailbox)
        assert letter.to == [editor.email]
        assert "Firefox (Linux)" in letter.body and LIST in letter.body
        page = desk.get("/accounts/notices/").content.decode()
        assert "これまで使っていない端末(Firefox (Linux))" in page
        assert "ほかの端末をすべてサインアウトする" in desk.get(LIST).content.decode()

    def test_nor_is_it_under_another_address(self, editor, mailbox):
        client = self.sign_in(Client(), editor)
        client.post("/accounts/logout/")
        editor.email = "renamed@staff.example"
        editor.save()
        EmailAddress.objects.update_or_create(user=editor, defaults={"email": editor.email, "verified": True})
        self.sign_in(client, editor)
        assert not self.letters(mailbox)

    def test_a_known_device_is_no_news(self, editor, mailbox):
        client = self.sign_in(Client(), editor)
        client.post("/accounts/logout/")
        self.sign_in(client, editor)
        assert not self.letters(mailbox)
