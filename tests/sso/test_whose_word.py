"""What a provider says counts for its own municipality, and under its own configuration."""

import pytest
from django.test import Client

from consortium.membership.actions import invite_staff
from consortium.membership.models import User
from consortium.sso import provider

from .conftest import DOMAIN, PASSWORD, connect
from .test_entering import person, replace, signed_in_as


class TestOneMunicipalitysProvider:
    """The provider of one municipality opens no other's doors."""

    def test_subject_means_nothing_elsewhere(self, connected, idp, takasaki, staff, client):
        way = connected()
        way.sign_in(Client(), person(idp, "shared"))
        own = ["city.takasaki.example"]
        connect(staff(takasaki, "administrator"), takasaki, idp, provisions=False, domains=own)
        way.code = "102024"
        assert way.sign_in(client, "shared").status_code == 403
        assert signed_in_as(client) is None

    def test_answer_cannot_be_carried_to_another_callback(self, connected, idp, takasaki, staff, client):
        way = connected()
        connect(staff(takasaki, "administrator"), takasaki, idp, domains=["city.takasaki.example"])
        callback = way.callback(client, person(idp, "carried")).replace("/m/102016/", "/m/102024/")
        assert client.get(callback).status_code == 400
        assert signed_in_as(client) is None

    @pytest.fixture
    def double(self, connected, idp, staff, maebashi, takasaki):
        """Signed in by Maebashi's provider, with a post in Takasaki and the secretariat too."""
        way, client = connected(), Client()
        way.sign_in(client, person(idp, "double"))
        staff(takasaki, "editor", user=User.objects.get(email=f"double@{DOMAIN}"))
        return client

    def test_session_does_not_reach_the_same_persons_other_posts(self, double):
        assert double.get("/m/102016/").status_code == 200
        assert double.get("/m/102024/").status_code == 404
        assert double.get("/").url == "/m/102016/"

    def test_session_cannot_change_how_such_an_account_signs_in(self, double):
        assert double.get("/accounts/2fa/").status_code == 403
        assert (
            double.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD}).status_code
            == 403
        )
        assert double.post("/accounts/logout/").status_code == 302

    def test_session_cannot_take_an_invitation_from_elsewhere(self, double, acting, staff, takasaki):
        with acting(staff(takasaki, "administrator"), takasaki) as actor:
            token = invite_staff(by=actor, email=f"double@{DOMAIN}", name="x", role="approver")
        assert double.post(f"/m/102024/invitations/{token}/").status_code == 403


class TestReplacedMeanwhile:
    """What one provider says is not judged by the configuration of the next."""

    @pytest.fixture
    def callback(self, client, connected, idp):
        return connected().callback(client, person(idp, "between"))

    def refused(self, client, callback):
        answer = client.get(callback)
        assert answer.status_code == 400 and "サインインをやり直して" in answer.content.decode()
        assert not User.objects.filter(email=f"between@{DOMAIN}").exists()

    def test_on_the_way(self, client, callback, maebashi):
        replace(maebashi)
        self.refused(client, callback)

    def test_while_the_provider_is_asked(self, client, callback, maebashi, monkeypatch):
        complete = provider.complete

        def and_replaced(*args, **kwargs):
            replace(maebashi)
            return complete(*args, **kwargs)

        monkeypatch.setattr("consortium.sso.provider.complete", and_replaced)
        self.refused(client, callback)
