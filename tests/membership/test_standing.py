"""Application, admission, lists of members."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consortium.audit.models import Event
from consortium.membership import limits
from consortium.membership.actions import admit_municipality, decline_application
from consortium.membership.models import Membership, MembershipApplication, StaffInvitation
from consortium.tenancy import context
from tests import factories
from tests.ui.support import walk

VALUES = {
    "municipality": "102016",
    "contact_name": "担当",
    "contact_email": "Contact@maebashi.example",
    "reason": "共同利用のため",
}


@pytest.fixture
def application(client, maebashi):
    walk(client, "/apply/", VALUES)
    with context.secretariat():
        return MembershipApplication.objects.select_related("municipality").get()


def open_applications():
    with context.secretariat():
        return MembershipApplication.objects.count()


class TestApply:
    def test_anybody_may(self, client, db):
        response = walk(client, "/apply/", VALUES)
        assert response.url == "/apply/received/"
        assert client.get(response.url).status_code == 200
        assert open_applications() == 1

    def test_page_lists_all_and_narrows(self, client, db):
        assert "102016" in client.get("/apply/", follow=True).content.decode()
        narrowed = client.get("/apply/municipality/?prefecture=10").content.decode()
        assert "前橋市 (102016)" in narrowed
        assert "札幌市" not in narrowed
        assert "みなかみ町" in client.get("/apply/municipality/?q=みなかみ").content.decode()

    def test_a_strangers_application_keeps_nobody_out(self, client, db):
        walk(client, "/apply/", {**VALUES, "contact_email": "stranger@private.example"})
        assert walk(client, "/apply/", VALUES).status_code == 302
        assert open_applications() == 2

    def test_what_a_stranger_typed_is_not_mailed_to_others(self, client, db, mailbox):
        """The address is proved by nobody: a name could be an advertisement with a link."""
        walk(client, "/apply/", {**VALUES, "contact_name": "当選 https://evil.example"})
        (letter,) = [one for one in mailbox() if one.to == [VALUES["contact_email"].lower()]]
        assert "参画の申請を受け付けました" in letter.subject + letter.body
        assert "evil.example" not in letter.subject + letter.body

    def test_forty_an_hour_from_one_address(self, client, db, monkeypatch):
        """All that a prefecture's shared address needs; the count itself is tried with fewer."""
        assert limits.RATES["apply"] == "40/h/ip"
        monkeypatch.setitem(limits.RATES, "apply", "2/h/ip")
        answers = [walk(client, "/apply/", VALUES) for _ in range(3)]
        assert [one.status_code for one in answers] == [302] * 2 + [429]
        assert answers[-1]["Retry-After"] == "3600"
        assert walk(Client(REMOTE_ADDR="192.0.2.7"), "/apply/", VALUES).status_code == 302

    def test_member_is_refused(self, client, maebashi):
        factories.make_member(maebashi)
        assert walk(client, "/apply/", VALUES).status_code == 422

    @pytest.mark.parametrize("code", ["102017", "000019", "", "abc", "1234567", "990010", "10\0"])
    def test_unknown_municipality(self, client, db, code):
        assert walk(client, "/apply/", {**VALUES, "municipality": code}).status_code == 422

    def test_my_number_is_refused(self, client, db):
        response = walk(client, "/apply/", {**VALUES, "reason": "番号は 123456789018 です"})
        assert response.status_code == 422
        assert open_applications() == 0

    def test_pages_are_quick(self, client, db, django_assert_max_num_queries):
        walk(client, "/apply/", {**VALUES, "contact_email": ""})
        with django_assert_max_num_queries(12):
            client.post("/apply/contact/", VALUES)
        with django_assert_max_num_queries(18):
            client.post("/apply/check/", {})


class TestPages:
    def test_anonymous_is_asked_to_sign_in(self, client, db):
        assert client.get("/secretariat/applications/").status_code == 302

    def test_staff_finds_nothing(self, client_for, staff, maebashi):
        client = client_for(staff(maebashi, "administrator"))
        assert client.get("/secretariat/applications/").status_code == 404
        assert client.get("/secretariat/members/").status_code == 404

    def test_secretary_reads_and_admits(self, client_for, secretary, application, mailbox):
        client = client_for(secretary)
        assert "前橋市の参画申請を審査する" in client.get("/secretariat/").content.decode()
        assert "前橋市" in client.get("/secretariat/applications/").content.decode()
        url = f"/secretariat/applications/{application.pk}/"
        assert client.get(url).status_code == 200
        response = client.post(
            url, {"answer": "admit", "resolution": "令和8年度第1号", "starts_on": "2026-04-01"}
        )
        assert response.status_code == 302
        assert "前橋市" in client.get("/secretariat/members/").content.decode()
        bodies = [message.body for message in mailbox() if message.to == ["contact@maebashi.example"]]
        assert any("/m/102016/invitations/" in body for body in bodies)

    def test_secretary_declines(self, client_for, secretary, application, mailbox):
        """The applicant learns of it, and why."""
        url = f"/secretariat/applications/{application.pk}/"
        response = client_for(secretary).post(url, {"answer": "decline", "reason": "書類の不足"})
        assert response.status_code == 302
        assert "書類の不足" in client_for(secretary).get(url).content.decode()
        bodies = [message.body for message in mailbox() if message.to == ["contact@maebashi.example"]]
        assert any("書類の不足" in body for body in bodies)

    def test_errors_are_shown(self, client_for, secretary, application):
        url = f"/secretariat/applications/{application.pk}/"
        client = client_for(secretary)
        assert client.post(url, {"answer": "admit", "resolution": ""}).status_code == 422
        assert client.post(url, {"answer": "decline", "reason": ""}).status_code == 422

    def test_members_are_shown_to_members(self, client_for, staff, maebashi, takasaki):
        factories.make_member(takasaki)
        page = client_for(staff(maebashi, "editor")).get("/m/102016/members/")
        assert "高崎市" in page.content.decode()


class TestAdmission:
    def admit(self, actor, application):
        return admit_municipality(
            by=actor, application=application, resolution="第1号", starts_on=date(2026, 4, 1)
        )

    def test_makes_member_invitation_and_events_in_both_streams(
        self, acting, secretary, application, maebashi
    ):
        with acting(secretary) as actor:
            self.admit(actor, application)
            assert Membership.objects.get().municipality == maebashi
            assert Event.objects.filter(action="municipality.admitted", stream="consortium").count() == 1
        with context.tenant(maebashi.pk):
            assert StaffInvitation.objects.get().role == "administrator"
            assert Event.objects.filter(action="municipality.admitted").count() == 1

    def test_only_once(self, acting, secretary, application):
        with acting(secretary) as actor:
            self.admit(actor, application)
            with pytest.raises(ValidationError):
                self.admit(actor, application)
            with pytest.raises(ValidationError):
                decline_application(by=actor, application=application, reason="-")

    def test_answers_the_others_of_the_municipality(self, acting, secretary, application, client, client_for):
        walk(client, "/apply/", {**VALUES, "contact_name": "本物 一郎"})
        with context.secretariat():
            true = MembershipApplication.objects.get(contact_name="本物 一郎")
        page = client_for(secretary).get(f"/secretariat/applications/{application.pk}/").content.decode()
        assert "本物 一郎" in page
        with acting(secretary) as actor:
            self.admit(actor, true)
            assert MembershipApplication.objects.get(pk=application.pk).status == "declined"
            assert Event.objects.filter(action="application.declined").count() == 1

    def test_member_meanwhile(self, acting, secretary, application, maebashi):
        factories.make_member(maebashi)
        with acting(secretary) as actor, pytest.raises(ValidationError):
            self.admit(actor, application)

    def test_atomic(self, acting, secretary, application, monkeypatch):
        def fail(**kwargs):
            raise RuntimeError("audit is down")

        monkeypatch.setattr("consortium.membership.actions.standing.record", fail)
        with acting(secretary) as actor, pytest.raises(RuntimeError):
            self.admit(actor, application)
        with context.secretariat():
            assert not Membership.objects.exists()
            assert MembershipApplication.objects.get().status == "received"

    def test_after_declining_one_may_apply_again(self, acting, secretary, application, client):
        with acting(secretary) as actor:
            decline_application(by=actor, application=application, reason="-")
        assert walk(client, "/apply/", VALUES).status_code == 302


def test_first_administrator_of_a_new_member_comes_in(
    client_for, secretary, application, acting, maebashi, client
):
    with acting(secretary) as actor:
        admission = admit_municipality(
            by=actor, application=application, resolution="第1号", starts_on=date(2026, 4, 1)
        )
    response = client.post(
        f"/m/102016/invitations/{admission.token}/",
        {"name": "担当", "password": "とても長い合言葉です123"},
    )
    assert response.url == "/m/102016/"
    assert client.get("/m/102016/").url == "/accounts/2fa/?required=1"
