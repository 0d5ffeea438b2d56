"""Recent proof before dangerous deeds, time-outs, and what was typed meanwhile."""

import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from consortium.crypto import decrypt
from consortium.membership.models import MembershipApplication, StaffPost
from consortium.membership.queries import current
from consortium.membership.timeouts import ACTIVE, BEGUN, PROBE
from consortium.tenancy import context
from consortium.ui import once
from consortium.ui.kept import MOST
from tests import factories

PASSWORD = "とても長い合言葉です123"
INVITE = "/m/102016/staff/invite/"
NEW_PLAN = "/m/102016/plans/new/"


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator", password=PASSWORD)


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor", password=PASSWORD)


def token(path, user):
    return once.issue(path, str(user.pk))


def next_of(response):
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]


def age(client, *, active=0, begun=0):
    """Put the session's clock back, in seconds."""
    session = client.session
    session[ACTIVE], session[BEGUN] = int(time.time()) - active, int(time.time()) - begun
    session.save()


class TestDangerousDeed:
    @pytest.fixture
    def client(self, client_for, administrator):
        return client_for(administrator, recent=False)

    def invite(self, client, **more):
        return client.post(INVITE, {"name": "新人", "email": "new@staff.example", "role": "editor", **more})

    def test_page_is_open_without(self, client):
        assert client.get(INVITE).status_code == 200

    def test_is_not_done_without_and_comes_back_with_what_was_typed(self, client, administrator):
        response = self.invite(client, once=token(INVITE, administrator))
        assert response["Location"].startswith("/accounts/confirm/?")
        back = next_of(response)
        assert client.get(response["Location"])["Location"].startswith("/accounts/reauthenticate/")
        factories.show_passkey(client, administrator)
        assert client.get(response["Location"])["Location"] == back
        page = client.get(back)
        assert 'value="new@staff.example"' in page.content.decode()
        assert "入力していた内容を戻しました" in page.content.decode()
        form = page.context["form"].data
        assert client.post(back, form.dict() | {"once": token(INVITE, administrator)}).status_code == 302
        assert "期限を過ぎた" in client.get(back).content.decode()

    @pytest.mark.parametrize(("ago", "done"), [(880, True), (920, False)])
    def test_fifteen_minutes(self, client, administrator, ago, done):
        factories.show_passkey(client, administrator, ago=ago)
        assert ("/confirm/" not in self.invite(client)["Location"]) is done

    def test_password_alone_does_not_suffice_for_who_has_a_second_factor(self, client, administrator):
        factories.show_passkey(client, administrator)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        response = self.invite(client)
        assert client.get(response["Location"])["Location"].startswith("/accounts/2fa/reauthenticate/")

    def by_password_only(self, client, ago=0):
        """As a session is that was there before the second factor was registered."""
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
        session.save()
        return client

    def test_a_registered_second_factor_has_to_be_shown_in_this_session(self, client, administrator):
        old = self.by_password_only(client, ago=3600)
        asked = old.get("/m/102016/staff/?q=a")
        assert next_of(asked) == "/m/102016/staff/?q=a"
        assert old.post("/m/102016/staff/changes/new/", {}).status_code == 302
        answer = old.get("/api/v1/m/102016/staff/")
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
        factories.show_passkey(old, administrator, ago=3600)
        assert old.get("/m/102016/staff/").status_code == 200

    @pytest.mark.parametrize(
        "page", ["2fa/webauthn/add/", "2fa/recovery-codes/generate/", "password/change/"]
    )
    def test_no_further_key_for_a_password_alone(self, client, page):
        """Or one would get a second factor of one's own by the first alone."""
        asked = self.by_password_only(client).get(f"/accounts/{page}")
        assert next_of(asked) == f"/accounts/{page}"
        assert client.get(asked["Location"])["Location"].startswith("/accounts/2fa/reauthenticate/")

    def test_who_has_just_registered_a_factor_is_not_asked_for_it(self, administrator):
        Authenticator.objects.filter(user=administrator).delete()
        client = Client()
        client.post("/accounts/login/", {"login": administrator.email, "password": PASSWORD})
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        client.get("/accounts/2fa/totp/activate/")
        code = format_hotp_value(hotp_value(client.session["mfa.totp.secret"], int(time.time()) // 30))
        assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
        assert self.invite(client)["Location"] == "/m/102016/staff/"

    def test_nobody_else_gets_what_was_typed(self, client, client_for, administrator, staff, maebashi):
        back = next_of(self.invite(client))
        other = client_for(staff(maebashi, "administrator"))
        assert "new@staff.example" not in other.get(back).content.decode()
        assert (
            "new@staff.example" not in client.get("/m/102016/staff/?" + urlsplit(back).query).content.decode()
        )

    def test_it_is_encrypted_and_holds_no_password(self, client, administrator):
        back = next_of(self.invite(client, password="geheim", secret="streng"))
        place = parse_qs(urlsplit(back).query)["kept"][0].partition("-")[0]
        sealed = cache.get(f"ui.kept:{administrator.pk}:{place}")
        assert "staff.example" not in sealed
        assert "geheim" not in client.get(back).content.decode()
        kept = parse_qs(json.loads(decrypt(sealed))["data"])
        assert kept.keys() == {"name", "email", "role"}

    def test_only_the_latest_ten_are_kept(self, client, administrator):
        backs = [next_of(self.invite(client, name=f"新人{number}")) for number in range(MOST + 2)]
        factories.show_passkey(client, administrator)
        shown = [f"新人{n}" in client.get(back).content.decode() for n, back in enumerate(backs)]
        assert shown == [False, False, *[True] * MOST]

    def test_a_button_leads_back_to_its_page(self, client, administrator, maebashi, staff):
        staff(maebashi, "administrator")
        with context.tenant(maebashi.pk):
            post = StaffPost.objects.filter(user=administrator).get()
        page = f"/m/102016/staff/{post.pk}/"
        response = client.post(f"{page}sign-out/", headers={"referer": f"http://testserver{page}"})
        assert next_of(response) == page
        with context.tenant(maebashi.pk):
            assert current(StaffPost.objects.filter(user=administrator)).exists()

    def test_another_sites_page_is_nowhere_to_lead_back_to(self, client, maebashi, administrator):
        with context.tenant(maebashi.pk):
            post = StaffPost.objects.get(user=administrator)
        response = client.post(
            f"/m/102016/staff/{post.pk}/sign-out/", headers={"referer": "https://evil.example/x"}
        )
        assert next_of(response) == "/"
        assert client.get("/accounts/confirm/?next=//evil.example/")["Location"].endswith("next%3D%252F")

    @pytest.mark.urls("tests.membership.urls_for_middleware")
    def test_the_api_says_where_to_go(self, client):
        response = client.post("/api/v1/m/102016/dangerous/")
        assert response.status_code == 403
        assert response["Content-Type"] == "application/problem+json"
        problem = json.loads(response.content)
        assert problem["code"] == "reauthentication_required"
        assert problem["reauthenticate"].startswith("/accounts/confirm/")

    def test_which_of_an_applications_two_forms_is_told(self, client_for, secretary, maebashi):
        with context.secretariat():
            one = MembershipApplication.objects.create(
                municipality=maebashi, contact_name="担当", contact_email="a@b.example"
            )
        client = client_for(secretary, recent=False)
        url = f"/secretariat/applications/{one.pk}/"
        back = next_of(client.post(url, {"answer": "decline", "reason": "要件を満たさない"}))
        page = client.get(back)
        assert page.context["decline_form"].data["reason"] == "要件を満たさない"


class TestTimeout:
    def test_page_says_when(self, client_for, editor):
        page = client_for(editor).get("/m/102016/").content.decode()
        assert "にサインアウトします" in page

    @pytest.mark.parametrize(
        ("active", "begun", "open_"), [(1700, 1700, True), (1860, 1860, False), (5, 28_900, False)]
    )
    def test_idle_and_absolute(self, client_for, editor, active, begun, open_):
        client = client_for(editor)
        age(client, active=active, begun=begun)
        assert (client.get("/m/102016/").status_code == 200) is open_

    def test_a_deed_puts_the_end_off_but_not_beyond_the_absolute_one(self, client_for, editor):
        client = client_for(editor)
        age(client, active=1700, begun=28_000)
        before = client.get("/accounts/session/", headers={PROBE: "1"}).json()["ends"]
        after = client.post("/accounts/session/").json()["ends"]
        assert after > before
        assert time.time() + 790 < client.session[BEGUN] + 28_800 < time.time() + 810

    def test_asking_when_or_refreshing_a_part_is_no_deed(self, client_for, editor):
        client = client_for(editor)
        for headers in ({PROBE: "1"}, {"HX-Request": "true"}):
            age(client, active=1700)
            active = client.session[ACTIVE]
            client.get("/accounts/session/", headers=headers)
            assert client.session[ACTIVE] == active

    def test_what_was_typed_waits_for_the_same_person(self, client_for, editor, staff, maebashi):
        client = client_for(editor)
        age(client, active=2000, begun=2000)
        sent = {"title": "長い文章", "once": token(NEW_PLAN, editor)}
        response = client.post(NEW_PLAN, sent)
        assert response["Location"].startswith("/accounts/login/")
        back = next_of(response)
        assert "サインアウトしました" in client.get(response["Location"]).content.decode()
        other = client_for(staff(maebashi, "editor"))
        assert "長い文章" not in other.get(back).content.decode()
        values = {"login": editor.email, "password": PASSWORD, "next": back}
        assert client.post("/accounts/login/", values)["Location"] == back
        assert "長い文章" in client.get(back).content.decode()

    def test_a_form_of_nobody_known_is_not_kept(self, db):
        response = Client().post(NEW_PLAN, {"title": "長い文章", "once": once.issue("/other/", "x")})
        assert next_of(response) == NEW_PLAN

    def test_residents_too(self, identity_surface):
        assert "consortium.membership.timeouts.SessionTimeout" in identity_surface.MIDDLEWARE
