"""Signing in: passkey first, password and second factor as fallback, staff only."""

import json
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator as Stored
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import authenticate
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection
from django.test import Client, RequestFactory

from consortium.membership.adapters import AccountAdapter
from consortium.membership.models import User
from consortium.tenancy import context
from consortium.tenancy.ownership import as_owner
from deploy.demo.authenticator import Authenticator, as_form_value
from tests import factories

PASSWORD = "とても長い合言葉です123"
ORIGIN = "http://localhost:8000"
LOGIN = "/accounts/login/"
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor", password=PASSWORD)


def sign_in(client, email, password=PASSWORD, **values):
    return client.post(LOGIN, {"login": email, "password": password, **values})


def confirm(client, password=PASSWORD):
    """allauth asks once more before a way of signing in is changed, however fresh the sign-in."""
    return client.post("/accounts/reauthenticate/", {"password": password})


def events(**wanted):
    """The accounts' stream, read as the owner: nobody on the portal may."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT action, actor_id, target_id, detail::text FROM audit_event WHERE stream = 'accounts'"
        )
        return [row for row in cursor.fetchall() if row[0] == wanted["action"]]


def signed_in(client):
    return "_auth_user_id" in client.session


class TestPassword:
    def test_page(self, client, db):
        page = client.get(LOGIN).content.decode()
        assert page.index("パスキーでサインイン") < page.index("パスワードを忘れたとき")
        assert "style=" not in page

    def test_works(self, client, editor):
        assert sign_in(client, editor.email).url == "/"
        ((_, actor, target, detail),) = events(action="account.signed_in")
        assert actor == target == str(editor.pk)
        assert json.loads(detail) == {"methods": ["password"]}

    def test_address_in_capitals_works(self, client, editor):
        assert sign_in(client, editor.email.upper()).status_code == 302

    def test_leads_to_where_one_wanted(self, client, editor):
        assert sign_in(client, editor.email, next="/m/102016/members/").url == "/m/102016/members/"

    def test_never_leads_to_another_site(self, client, editor):
        assert sign_in(client, editor.email, next="https://evil.example/").url == "/"

    def test_failure_names_a_known_account(self, client, editor):
        assert "正しくありません" in sign_in(client, editor.email, "wrong").content.decode()
        ((_, _actor, target, _detail),) = events(action="account.sign_in_failed")
        assert target == str(editor.pk)

    def test_failure_does_not_write_down_a_strangers_address(self, client, db):
        sign_in(client, "stranger@private.example", "wrong")
        (row,) = events(action="account.sign_in_failed")
        assert "private.example" not in str(row)

    def test_known_and_unknown_address_are_answered_alike(self, client, editor):
        def body(email):
            return sign_in(Client(), email, "wrong").content.decode().count("正しくありません")

        assert body(editor.email) == body("nobody@staff.example")

    def test_too_many_attempts_are_stopped(self, client, editor):
        answers = [sign_in(client, editor.email, "wrong").content.decode() for _ in range(12)]
        assert "サインインの失敗が続いています" in answers[-1] or "429" in answers[-1]
        assert not signed_in(client)

    def test_deactivated_account(self, client, editor):
        User.objects.filter(pk=editor.pk).update(is_active=False)
        sign_in(client, editor.email)
        assert not signed_in(client)

    def test_sign_out_by_post(self, client, editor):
        sign_in(client, editor.email)
        assert client.get("/accounts/logout/").status_code == 200
        client.post("/accounts/logout/")
        assert not signed_in(client)


class TestSecondFactor:
    @pytest.fixture
    def secret(self, editor):
        secret = generate_totp_secret()
        TOTP.activate(editor, secret)
        return secret

    def code(self, secret):  # as a Japanese keyboard may leave it
        return "　" + factories.full_width(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))

    def test_password_alone_is_not_enough(self, client, editor, secret):
        assert sign_in(client, editor.email).url == "/accounts/2fa/authenticate/"
        assert not signed_in(client)
        assert client.get("/accounts/2fa/authenticate/").status_code == 200

    def test_code_completes_it(self, client, editor, secret):
        sign_in(client, editor.email)
        assert client.post("/accounts/2fa/authenticate/", {"code": self.code(secret)}).url == "/"
        ((_, _actor, _target, detail),) = events(action="account.signed_in")
        assert json.loads(detail) == {"methods": ["password", "totp"]}

    def test_wrong_code_is_audited(self, client, editor, secret):
        sign_in(client, editor.email)
        page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert "コードが正しくない" in page.content.decode()
        assert json.loads(events(action="account.sign_in_failed")[0][3]) == {"why": "second_factor"}

    def test_code_works_once(self, client, editor, secret):
        code = self.code(secret)
        for browser, expected in ((client, True), (Client(), False)):
            sign_in(browser, editor.email)
            browser.post("/accounts/2fa/authenticate/", {"code": code})
            assert signed_in(browser) is expected

    def test_secret_is_encrypted_at_rest(self, secret):
        stored = Stored.objects.get(type=Stored.Type.TOTP).data["secret"]
        assert secret not in stored
        assert mfa_adapter().decrypt(stored) == secret


class TestRegistration:
    @pytest.fixture
    def signed(self, client, editor):
        sign_in(client, editor.email)
        confirm(client)
        return client

    def test_totp_then_recovery_codes(self, signed, django_capture_on_commit_callbacks):
        page = signed.get("/accounts/2fa/totp/activate/")
        assert "data:image/svg+xml" in page.content.decode()
        assert 'xmlns="http://www.w3.org/2000/svg"' in page.context["totp_svg"]
        secret = signed.session["mfa.totp.secret"]
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        with django_capture_on_commit_callbacks(execute=True):
            response = signed.post("/accounts/2fa/totp/activate/", {"code": code})
        assert response.url == "/accounts/2fa/recovery-codes/"
        assert signed.get(response.url).status_code == 200
        assert signed.get("/accounts/2fa/recovery-codes/download/").status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            signed.post("/accounts/2fa/recovery-codes/generate/")
        assert len(events(action="account.totp_added")) == 1
        assert len(events(action="account.recovery_codes_generated")) == 1

    @pytest.mark.django_db(transaction=True)
    def test_what_runs_after_commit_needs_no_context(self, signed):
        """Committed for real: allauth's own after-commit callbacks run as the login, outside any context."""
        signed.get("/accounts/2fa/totp/activate/")
        code = format_hotp_value(hotp_value(signed.session["mfa.totp.secret"], int(time.time()) // 30))
        assert signed.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
        assert signed.post("/accounts/2fa/totp/deactivate/").status_code == 302
        assert len(events(action="account.totp_removed")) == 1

    def test_page_says_why(self, signed):
        page = signed.get("/accounts/2fa/?required=1").content.decode()
        assert "登録が必要です" in page

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "2fa/",
            "2fa/webauthn/",
            "2fa/webauthn/add/",
            "2fa/totp/activate/",
            "password/change/",
            "sessions/",
        ],
    )
    def test_pages_are_ours(self, signed, path):
        page = signed.get(f"/accounts/{path}").content.decode()
        assert "アカウントとセキュリティ" in page
        assert "ui/tokens.css" in page

    def test_old_session_is_asked_again(self, signed):
        session = signed.session
        long_ago = {"method": "password", "at": time.time() - 3600, "reauthenticated": True}
        session["account_authentication_methods"] = [long_ago]
        session.save()
        asked = signed.get("/accounts/2fa/webauthn/add/").url
        assert asked == "/accounts/confirm/?next=%2Faccounts%2F2fa%2Fwebauthn%2Fadd%2F"
        assert signed.get(asked).url.startswith("/accounts/reauthenticate/")
        assert "本人の確認" in signed.get("/accounts/reauthenticate/").content.decode()

    def test_change_of_password_ends_other_sessions(self, signed, editor):
        other = Client()
        sign_in(other, editor.email)
        new = "まったく別の長い合言葉456"
        values = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert signed.post("/accounts/password/change/", values).status_code == 302
        assert other.get("/accounts/").status_code == 302
        assert len(events(action="account.password_changed")) == 1


class TestPasskey:
    @pytest.fixture
    def device(self):
        return Authenticator(ORIGIN)

    def register(self, client, device, name="庁内PC"):
        page = client.get("/accounts/2fa/webauthn/add/")
        credential = device.create(page.context["js_data"]["creation_options"])
        return client.post(
            "/accounts/2fa/webauthn/add/", {"name": name, "credential": as_form_value(credential)}
        )

    @pytest.fixture
    def registered(self, editor, device):
        client = Client()
        sign_in(client, editor.email)
        confirm(client)
        assert self.register(client, device).url == "/accounts/2fa/recovery-codes/"
        return editor

    def use(self, client, device, **values):
        options = client.get("/accounts/2fa/webauthn/login/", **JSON).json()["request_options"]
        credential = as_form_value(device.get(options))
        return client.post("/accounts/2fa/webauthn/login/", {"credential": credential, **values})

    def test_signs_in(self, client, registered, device):
        assert self.use(client, device).url == "/"
        assert signed_in(client)
        assert json.loads(events(action="account.signed_in")[-1][3]) == {"methods": ["webauthn"]}

    def test_leads_to_where_one_wanted(self, client, registered, device):
        assert self.use(client, device, next="/m/102016/members/").url == "/m/102016/members/"

    def test_other_port_of_the_same_host_is_refused(self, client, registered, device):
        device.origin = "http://localhost:8001"
        assert self.use(client, device).url == LOGIN
        assert not signed_in(client)
        assert json.loads(events(action="account.sign_in_failed")[-1][3]) == {"why": "passkey"}

    def test_registration_at_another_port_is_refused(self, client, editor):
        sign_in(client, editor.email)
        confirm(client)
        self.register(client, Authenticator("http://localhost:8001"))
        assert not Stored.objects.exists()

    def test_copied_key_is_refused(self, client, registered, device):
        copy = Authenticator.from_dict(device.to_dict())
        self.use(Client(), device)
        self.use(Client(), device)
        self.use(client, copy)
        assert not signed_in(client)

    def test_changed_backup_flag_is_refused(self, client, registered, device):
        device.backup_eligible = True
        self.use(client, device)
        assert not signed_in(client)

    def test_without_user_verification_refused(self, client, registered, device):
        device.user_verified = False
        self.use(client, device)
        assert not signed_in(client)

    @pytest.mark.parametrize(
        "credential", ["", "x", "[]", "{}", "null", '{"id": 1}', '{"response": {}}', '"text"', "[[[["]
    )
    def test_rubbish_is_refused(self, client, registered, credential):
        client.get("/accounts/2fa/webauthn/login/", **JSON)
        assert client.post("/accounts/2fa/webauthn/login/", {"credential": credential}).url == LOGIN

    def test_serves_as_second_factor_after_the_password(self, client, registered, device):
        sign_in(client, registered.email)
        page = client.get("/accounts/2fa/authenticate/")
        credential = device.get(page.context["js_data"]["request_options"])
        response = client.post("/accounts/2fa/authenticate/", {"credential": as_form_value(credential)})
        assert response.url == "/"

    def test_list_rename_remove(self, client, registered, device):
        self.use(client, device)
        page = client.get("/accounts/2fa/webauthn/reauthenticate/")
        credential = device.get(page.context["js_data"]["request_options"])
        client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": as_form_value(credential)})
        key = Stored.objects.get(type=Stored.Type.WEBAUTHN)
        assert "庁内PC" in client.get("/accounts/2fa/webauthn/").content.decode()
        client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "窓口"})
        assert "窓口" in client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").content.decode()
        client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
        assert not Stored.objects.exists()
        assert len(events(action="account.passkey_removed")) == 1


class TestResidentIsRefused:
    """In three places: back-end, form, and the last line before the session."""

    @pytest.fixture
    def resident(self, db):
        """Known to the portal only in memory: the database shows it no resident's row."""
        return User(kind="resident", email="resident@home.example", is_active=True)

    @pytest.fixture
    def request_(self, rf: RequestFactory, client):
        request = rf.post(LOGIN)
        request.session = client.session
        request._messages = FallbackStorage(request)
        return request

    def test_back_end(self, resident, monkeypatch, request_):
        monkeypatch.setattr(
            "allauth.account.auth_backends.AuthenticationBackend.authenticate", lambda *a, **k: resident
        )
        assert authenticate(request_, email=resident.email, password="x") is None

    def test_form(self, client, resident, monkeypatch):
        monkeypatch.setattr(AccountAdapter, "authenticate", lambda *a, **k: resident)
        response = sign_in(client, resident.email)
        assert response.status_code == 200
        assert not signed_in(client)

    def test_last_line(self, resident, request_):
        with context.person(None), pytest.raises(ImmediateHttpResponse):
            AccountAdapter(request_).login(request_, resident)


class TestReset:
    def test_mail_leads_to_a_new_password(self, client, editor, mailbox):
        client.post("/accounts/password/reset/", {"email": editor.email})
        (message,) = mailbox()
        assert "パスワードの再設定" in message.subject
        path = next(line for line in message.body.splitlines() if "/accounts/" in line).split("testserver")[1]
        page = client.get(path, follow=True)
        new = "まったく別の長い合言葉456"
        client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
        assert sign_in(Client(), editor.email, new).status_code == 302
        assert len(events(action="account.password_reset")) == 1
        assert "パスワードが再設定されました" in mailbox()[-1].body

    def test_stranger_gets_no_mail_and_the_same_answer(self, client, editor, mailbox):
        answers = {
            client.post("/accounts/password/reset/", {"email": email}).url
            for email in (editor.email, "stranger@private.example")
        }
        assert len(answers) == 1
        assert len(mailbox()) == 1

    def test_used_link_says_so(self, client, db):
        page = client.get("/accounts/password/reset/key/abc-def/").content.decode()
        assert "このリンクは使えません" in page


class TestClosed:
    def test_sign_up(self, client, db):
        assert "アカウントは招待で作成します" in client.get("/accounts/signup/").content.decode()
        client.post("/accounts/signup/", {"email": "x@y.example", "password1": PASSWORD})
        assert not User.objects.exists()

    @pytest.mark.parametrize("path", ["confirm-email/", "confirm-email/abc/"])
    def test_address_is_not_managed_here(self, client, editor, path):
        sign_in(client, editor.email)
        assert client.get(f"/accounts/{path}").status_code == 404
        assert EmailAddress.objects.count() == 1


def test_account_of_a_resident_in_a_session_is_nobody(client, db):
    """Even a session that names a resident's account opens nothing."""
    user = factories.make_user()
    client.force_login(user)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_user SET kind='resident', email=NULL, name='', citizen_id=gen_random_uuid()"
        )
    assert client.get("/").url.startswith(LOGIN)
