"""Signing in by the municipality's own provider: who gets in, as whom, with which roles."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.actions import end_post, invite_staff
from consortium.membership.models import StaffPost, User, today
from consortium.membership.queries import current
from consortium.sso.actions import set_policy
from consortium.sso.models import SsoConnection, SsoLink
from consortium.tenancy import context
from tests import factories

from .conftest import DOMAIN, PASSWORD

LOGIN = "/accounts/login/"


def roles_of(user, municipality):
    with context.tenant(municipality.pk):
        return sorted(current(StaffPost.objects.filter(user=user)).values_list("role", flat=True))


def actions_in(municipality):
    with context.tenant(municipality.pk):
        return list(Event.objects.order_by("id").values_list("action", flat=True))


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def person(idp, sub, groups=("dx-editors",), **claims):
    email = claims.pop("email", f"{sub}@{DOMAIN}")
    idp.person(sub, email=email, name=f"氏名 {sub}", groups=list(groups), **claims)
    return sub


def replace(municipality):
    """The connection is another one, whose entrance is open too."""
    with context.tenant(municipality.pk):
        SsoConnection.objects.update(client_id="another")


def give_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


class TestFirstSignIn:
    def test_request_carries_state_nonce_and_pkce(self, client, connected):
        connected()
        asked = parse_qs(urlsplit(client.get("/m/102016/sso/")["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == ["http://localhost:8000/m/102016/sso/callback/"]
        assert (
            len(asked["state"][0]) > 40
            and len(asked["nonce"][0]) > 40
            and len(asked["code_challenge"][0]) == 43
        )

    def test_makes_an_account_with_the_mapped_role_only(self, client, connected, maebashi, idp):
        way = connected()
        assert way.sign_in(client, person(idp, "jit1", ["dx-editors", "others"])).url == "/m/102016/"
        user = User.objects.get(email=f"jit1@{DOMAIN}")
        assert signed_in_as(client) == str(user.pk)
        assert (user.name, user.has_usable_password(), roles_of(user, maebashi)) == (
            "氏名 jit1",
            False,
            ["editor"],
        )
        assert client.get("/m/102016/").status_code == 200
        assert {"sso.account_made", "staff_post.begun", "account.signed_in"} <= set(actions_in(maebashi))

    def test_is_refused_without_a_mapped_group(self, client, connected, idp):
        answer = connected().sign_in(client, person(idp, "nobody1", ["others"]))
        assert answer.status_code == 403
        assert "役割がありません" in answer.content.decode()
        assert not User.objects.filter(email=f"nobody1@{DOMAIN}").exists()

    def test_is_refused_without_an_invitation_where_accounts_are_not_made(self, client, connected, idp):
        answer = connected(provisions=False).sign_in(client, person(idp, "uninvited1"))
        assert "まだ招待されていません" in answer.content.decode()
        assert not User.objects.filter(email=f"uninvited1@{DOMAIN}").exists()

    def test_takes_an_invitation_to_the_address(
        self, client, connected, idp, administrator, maebashi, acting
    ):
        way = connected(provisions=False, groups_of_role={})
        with acting(administrator, maebashi) as actor:
            invite_staff(
                by=actor, email=f"invited1@{DOMAIN}", name="招待 花子", role="counter", also=["editor"]
            )
        way.sign_in(client, person(idp, "invited1", []))
        user = User.objects.get(email=f"invited1@{DOMAIN}")
        assert (user.name, roles_of(user, maebashi)) == ("招待 花子", ["counter", "editor"])

    @pytest.mark.parametrize(
        "claims", [{"email": ""}, {"email_verified": False}, {"email": "x@city.takasaki.example"}]
    )
    def test_address_must_be_verified_and_of_a_listed_domain(self, client, connected, idp, claims):
        way = connected()
        before = User.objects.count()
        assert way.sign_in(client, person(idp, "odd", **claims)).status_code == 403
        assert User.objects.count() == before


class TestExistingAccount:
    @pytest.fixture
    def editor(self, staff, maebashi):
        user = staff(maebashi, "editor", password=PASSWORD)
        User.objects.filter(pk=user.pk).update(email=f"known@{DOMAIN}")
        user.refresh_from_db()
        return user

    def test_is_not_taken_over_by_its_address(self, client, connected, idp, editor):
        answer = connected().sign_in(client, person(idp, "known"))
        assert answer.url == "/m/102016/sso/link/"
        assert signed_in_as(client) is None
        sign_in = client.get(answer.url)["Location"]
        assert sign_in.startswith(LOGIN)
        assert f'value="known@{DOMAIN}"' in client.get(sign_in).content.decode()
        assert DOMAIN not in Client().get(sign_in).content.decode()

    def test_is_linked_after_signing_in_with_its_own_password(self, client, connected, idp, editor, maebashi):
        way = connected()
        url = way.sign_in(client, person(idp, "known")).url
        client.post(LOGIN, {"login": editor.email, "password": PASSWORD, "next": url})
        assert "連携する" in client.get(url).content.decode()
        assert client.post(url).url == "/m/102016/"
        with context.tenant(maebashi.pk):
            assert SsoLink.objects.get(subject="known").user == editor
        fresh = Client()
        assert way.sign_in(fresh, "known").url == "/m/102016/"
        assert signed_in_as(fresh) == str(editor.pk)

    def test_may_link_from_within(self, connected, idp, editor, client_for, maebashi):
        way, client = connected(), client_for(editor)
        answer = client.get(way.callback(client, person(idp, "known"), "link/", ask="1"))
        assert client.post(answer.url).url == "/m/102016/"
        with context.tenant(maebashi.pk):
            assert SsoLink.objects.filter(user=editor, subject="known").exists()

    def test_of_elsewhere_cannot_be_linked_here(self, connected, idp, staff, takasaki, client):
        outsider = give_password(staff(takasaki, "editor"))
        User.objects.filter(pk=outsider.pk).update(email=f"outsider@{DOMAIN}")
        url = connected().sign_in(client, person(idp, "outsider")).url
        client.post(LOGIN, {"login": f"outsider@{DOMAIN}", "password": PASSWORD})
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404

    def test_is_not_linked_by_who_finds_the_screen_open(self, connected, idp, editor, client_for, maebashi):
        way, client = connected(), client_for(editor, recent=False)
        answer = client.get(way.callback(client, person(idp, "colleague"), "link/", ask="1"))
        assert client.post(answer.url).url.startswith("/accounts/confirm/")
        with context.tenant(maebashi.pk):
            assert not SsoLink.objects.filter(user=editor).exists()

    def test_is_not_linked_on_the_word_of_a_provider_that_was_replaced(
        self, connected, idp, editor, client_for, maebashi
    ):
        way, client = connected(), client_for(editor)
        url = client.get(way.callback(client, person(idp, "known"), "link/", ask="1")).url
        replace(maebashi)
        assert client.post(url).url == f"{url}?ask=1"
        with context.tenant(maebashi.pk):
            assert not SsoLink.objects.filter(user=editor).exists()

    def test_subject_of_somebody_else_is_not_linked_twice(
        self, connected, idp, editor, staff, maebashi, client_for
    ):
        way = connected()
        way.sign_in(Client(), person(idp, "taken"))
        client = client_for(editor)
        answer = client.get(way.callback(client, "taken", "link/", ask="1"))
        response = client.post(answer.url)
        assert response.status_code == 422 and "既に別の相手と連携" in response.content.decode()


class TestRoles:
    def test_follow_the_groups_at_each_sign_in(self, connected, idp, maebashi):
        way = connected()
        way.sign_in(Client(), person(idp, "mover", ["dx-editors"]))
        way.sign_in(Client(), person(idp, "mover", ["dx-approvers"]))
        user = User.objects.get(email=f"mover@{DOMAIN}")
        assert roles_of(user, maebashi) == ["approver"]
        assert "staff_post.ended" in actions_in(maebashi)

    def test_given_by_hand_stay_where_no_group_decides(self, connected, idp, maebashi):
        way = connected()
        way.sign_in(Client(), person(idp, "both"))
        user = User.objects.get(email=f"both@{DOMAIN}")
        factories.make_staff(maebashi, "counter", user=user)
        way.sign_in(Client(), "both")
        assert roles_of(user, maebashi) == ["counter", "editor"]

    def test_who_has_no_mapped_group_any_more_keeps_nothing(self, connected, idp, maebashi):
        way, client = connected(), Client()
        way.sign_in(client, person(idp, "leaver"))
        user = User.objects.get(email=f"leaver@{DOMAIN}")
        factories.make_staff(maebashi, "counter", user=user)
        assert way.sign_in(Client(), person(idp, "leaver", [])).status_code == 403
        assert roles_of(user, maebashi) == []
        assert client.get("/m/102016/").status_code == 404

    def test_last_administrator_is_refused_but_not_removed(
        self, connected, idp, maebashi, administrator, client_for
    ):
        way, client = connected(), client_for(administrator)
        linking = client.get(way.callback(client, person(idp, "boss", []), "link/", ask="1"))
        client.post(linking.url)
        assert way.sign_in(Client(), "boss").status_code == 403
        assert roles_of(administrator, maebashi) == ["administrator"]

    def test_administrator_dropped_today_goes_though_the_other_leaves_later(
        self, connected, idp, maebashi, administrator, staff, client_for
    ):
        """The gap of a day to come is mended by then; what the provider takes away ends today."""
        dropped = staff(maebashi, "administrator")
        way, client = connected(groups_of_role={"administrator": ["chiefs"]}), client_for(dropped)
        linking = client.get(way.callback(client, person(idp, "dropped", ["chiefs"]), "link/", ask="1"))
        client.post(linking.url)
        with context.tenant(maebashi.pk):
            later = today() + timedelta(days=100)
            StaffPost.objects.filter(user=administrator).update(ends_on=later)
        assert way.sign_in(Client(), person(idp, "dropped", [])).status_code == 403
        assert roles_of(dropped, maebashi) == []
        assert "staff_post.ended" in actions_in(maebashi)
        assert roles_of(administrator, maebashi) == ["administrator"]

    def test_atomic_with_its_audit_row(self, connected, idp, monkeypatch, client):
        def fail(**kwargs):
            raise RuntimeError("audit is down")

        way = connected()
        callback = way.callback(client, person(idp, "unlucky"))
        monkeypatch.setattr("consortium.sso.actions.entering.record", fail)
        with pytest.raises(RuntimeError):
            client.get(callback)
        assert not User.objects.filter(email=f"unlucky@{DOMAIN}").exists()


class TestSecondFactor:
    GROUPS = {"counter": ["desk"]}

    def test_of_ours_is_asked_for_privileged_roles(self, client, connected, idp):
        connected(groups_of_role=self.GROUPS).sign_in(client, person(idp, "desk1", ["desk"]))
        assert client.get("/m/102016/counter/").url == "/accounts/2fa/?required=1"

    def test_of_the_provider_counts_where_it_is_trusted(self, client, connected, idp):
        way = connected(groups_of_role=self.GROUPS, trusted_amr=["mfa"])
        way.sign_in(client, person(idp, "desk2", ["desk"], amr=["pwd", "mfa"]))
        assert client.get("/m/102016/counter/").status_code == 200

    def test_of_ours_is_asked_at_sign_in_where_there_is_one(
        self, connected, idp, client, client_for, staff, maebashi
    ):
        way, user = connected(groups_of_role={}), staff(maebashi, "counter")
        own = client_for(user)
        own.post(own.get(way.callback(own, person(idp, "desk3"), "link/", ask="1")).url)
        assert way.sign_in(client, "desk3").url == "/accounts/2fa/authenticate/"
        assert signed_in_as(client) is None


class TestRecentProof:
    def test_is_the_providers_again(self, client, connected, idp, monkeypatch):
        way = connected(groups_of_role={"administrator": ["chiefs"]}, trusted_amr=["mfa"])
        way.sign_in(client, person(idp, "chief", ["chiefs"], amr=["mfa"]))
        assert client.post("/m/102016/staff/invite/", {}).status_code == 422
        session = client.session
        for step in session["account_authentication_methods"]:
            step["at"] -= 3600
        session.save()
        confirm = client.post("/m/102016/staff/invite/", {}).url
        ask = client.get(confirm).url
        assert parse_qs(urlsplit(client.get(ask)["Location"]).query)["prompt"] == ["login"]
        back = client.get(way.local(idp.approve(client.get(ask)["Location"], "chief"))).url
        assert client.get(back).status_code == 200
        assert client.post("/m/102016/staff/invite/", {}).status_code == 422


class TestRequired:
    @pytest.fixture
    def editor(self, staff, maebashi):
        return staff(maebashi, "editor", password=PASSWORD)

    def test_refuses_the_password(self, client, connected, editor):
        connected(policy="required")
        answer = client.post(LOGIN, {"login": editor.email, "password": PASSWORD})
        assert answer.url == "/accounts/sso/?q=102016"
        assert signed_in_as(client) is None
        assert "前橋市のアカウントでサインイン" in client.get(answer.url).content.decode()

    def test_says_nothing_to_who_does_not_know_the_password(self, client, connected, editor):
        connected(policy="required")
        answer = client.post(LOGIN, {"login": editor.email, "password": "wrong"})
        assert "正しくありません" in answer.content.decode()

    def test_shuts_sessions_that_were_open(self, connected, editor, client_for):
        client = client_for(editor)
        connected(policy="required")
        assert client.get("/m/102016/plans/").url == "/m/102016/sso/required/?next=/m/102016/plans/"
        assert client.get("/api/v1/m/102016/plans/").status_code == 403
        assert "自治体のアカウントが必要です" in client.get("/m/102016/sso/required/").content.decode()

    def test_lets_the_exception_in_by_password(self, connected, administrator, client_for):
        connected(policy="required")
        assert client_for(administrator).get("/m/102016/staff/").status_code == 200

    def test_lets_no_exception_in_who_administers_no_more(
        self, connected, administrator, client_for, staff, maebashi, acting
    ):
        connected(policy="required")
        staff(maebashi, "editor", user=administrator)
        with acting(staff(maebashi, "administrator"), maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=administrator, role="administrator"))
            with pytest.raises(ValidationError):
                set_policy(by=actor, policy="required")
        assert client_for(administrator).get("/m/102016/plans/").url.startswith("/m/102016/sso/required/")

    def test_leaves_other_posts_alone(self, client, connected, editor, staff, takasaki):
        staff(takasaki, "editor", user=editor)
        connected(policy="required")
        client.post(LOGIN, {"login": editor.email, "password": PASSWORD})
        assert client.get("/m/102024/").status_code == 200

    def test_existing_account_links_and_comes_in(self, client, connected, editor, idp):
        way = connected(policy="required")
        User.objects.filter(pk=editor.pk).update(email=f"late@{DOMAIN}")
        url = way.sign_in(client, person(idp, "late")).url
        client.post(LOGIN, {"login": f"late@{DOMAIN}", "password": PASSWORD, "next": url})
        assert client.get("/m/102016/").status_code == 302
        client.post(url)
        assert client.get("/m/102016/").status_code == 200


class TestChoosing:
    @pytest.mark.parametrize("typed", [f"someone@{DOMAIN}", f"SOMEONE@{DOMAIN.upper()}", "102016"])
    def test_finds_the_municipality(self, client, connected, typed):
        connected()
        assert "前橋市のアカウントでサインイン" in client.get("/accounts/sso/", {"q": typed}).content.decode()

    @pytest.mark.parametrize("typed", ["someone@elsewhere.example", "102024", "nonsense", "\0"])
    def test_finds_nothing_else(self, client, connected, typed):
        connected()
        page = client.get("/accounts/sso/", {"q": typed})
        assert page.status_code == 200 and "のアカウントでサインイン</a>" not in page.content.decode()

    def test_does_not_show_what_is_not_open(self, client, connected):
        connected(policy="off")
        assert "前橋市のアカウント" not in client.get("/accounts/sso/", {"q": "102016"}).content.decode()
        assert client.get("/m/102016/sso/").status_code == 400

    def test_never_leads_to_another_site(self, client, connected, idp):
        answer = connected().sign_in(client, person(idp, "led"), next="https://evil.example/")
        assert answer.url == "/m/102016/"
