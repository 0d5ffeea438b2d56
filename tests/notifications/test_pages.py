"""The inbox as its reader opens it, the choices, and the way out of a mail."""

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.notifications import kinds
from consortium.notifications.audience import account, people, secretaries
from consortium.notifications.compose import unsubscribe_url
from consortium.notifications.models import Notice, Preferences
from consortium.notifications.spread import spread_announcements
from consortium.tenancy import context

INBOX, CHOICES = "/m/102016/notices/", "/accounts/notifications/"


@pytest.fixture
def reader(maebashi, staff):
    return staff(maebashi, "editor")


@pytest.fixture
def told(tell, maebashi, reader):
    """told(*titles) -> the identifiers of the reader's notices, oldest first."""

    def make(*titles):
        for title in titles:
            tell(maebashi, people(reader.pk), title=title)
        spread_announcements()
        with context.tenant(maebashi.pk, user_id=reader.pk):
            return [notice.pk for notice in reversed(Notice.objects.all())]

    return make


def shown(client, query=""):
    return [item.text for item in client.get(f"{INBOX}{query}").context["table"].page]


class TestInbox:
    def test_anonymous_is_asked_to_sign_in(self, client, maebashi):
        assert client.get(INBOX).status_code == 302

    def test_unrelated_finds_nothing(self, client_for, stranger, maebashi):
        assert client_for(stranger).get(INBOX).status_code == 404

    def test_a_colleague_cannot_open_or_mark_it(self, client_for, told, staff, maebashi, reader):
        (pk,) = told("計画")
        other = client_for(staff(maebashi, "administrator"))
        assert shown(other) == []
        assert other.get(f"{INBOX}{pk}/").status_code == 404
        assert other.post(INBOX, {"read": str(pk)}).status_code == 404
        assert shown(client_for(reader)) == ["「計画」"]

    def test_the_secretariats_notices_stay_there(self, client_for, tell, secretary, staff, maebashi):
        """Not in a municipality, whose provider may have opened the session, nor after leaving."""
        staff(maebashi, "editor", user=secretary)
        tell(maebashi, secretaries("membership.admit"), title="事務局")
        tell(maebashi, account(secretary.pk), title="本人")
        spread_announcements()
        client = client_for(secretary)

        def seen(url):
            return [item.text for item in client.get(url).context["table"].page]

        assert seen(INBOX) == seen("/accounts/notices/") == ["「本人」"]
        assert sorted(seen("/secretariat/notices/")) == ["「事務局」", "「本人」"]
        assert client.post("/secretariat/notices/", {"read": "all"}).status_code == 302
        assert seen("/secretariat/notices/") == []

    def test_reader(self, client_for, told, reader):
        one, two = told("一つめ", "二つめ")
        client = client_for(reader)
        assert shown(client) == ["「二つめ」", "「一つめ」"]
        assert 'inbox__count">2' in client.get("/m/102016/").content.decode()
        assert client.post(INBOX, {"read": str(one)}).status_code == 302
        assert shown(client) == ["「二つめ」"]
        assert client.get(f"{INBOX}{two}/")["Location"] == "/m/102016/"
        assert shown(client) == []
        assert shown(client, "?show=all") == ["「二つめ」", "「一つめ」"]
        assert "inbox__count" not in client.get("/m/102016/").content.decode()

    def test_all_at_once_and_by_category(self, client_for, told, reader):
        told("一つめ", "二つめ")
        client = client_for(reader)
        assert shown(client, "?category=security") == []
        assert shown(client, "?category=trial") == ["「二つめ」", "「一つめ」"]
        client.post(f"{INBOX}?category=trial", {"read": "all"})
        assert shown(client) == []

    @pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
    def test_nonsense(self, client_for, reader, maebashi, value):
        assert client_for(reader).post(INBOX, {"read": value}).status_code == 404

    @pytest.mark.parametrize("query", ["?page=x", "?page=99", "?show=x&category=x"])
    def test_odd_addresses(self, client_for, told, reader, query):
        told("計画")
        assert shown(client_for(reader), query) == ["「計画」"]

    def test_pages(self, client_for, told, reader, django_assert_max_num_queries):
        told(*(str(number) for number in range(25)))
        client = client_for(reader)
        with django_assert_max_num_queries(27):
            assert len(shown(client)) == 20
        assert len(shown(client, "?page=2")) == 5

    def test_of_a_package_that_is_gone(self, client_for, told, reader, monkeypatch):
        (pk,) = told("計画")
        monkeypatch.delitem(kinds._kinds, "trial.told")
        client = client_for(reader)
        assert shown(client) == ["このお知らせは表示できません。"]
        assert client.get(f"{INBOX}{pk}/")["Location"] == f"{INBOX}?show=all"


class TestChoices:
    def test_anonymous_is_asked_to_sign_in(self, client, db):
        assert client.get(CHOICES).status_code == 302

    def test_saved_and_recorded(self, client_for, reader):
        client = client_for(reader)
        form = client.get(CHOICES).context["form"]
        values = {name: form[name].value() for name in form.fields}
        assert values["trial"] == "mail"
        assert "security" not in values
        assert client.post(CHOICES, {**values, "trial": "digest", "rhythm": "weekly"}).status_code == 302
        assert client.get(CHOICES).context["form"]["trial"].value() == "digest"
        with context.worker():
            assert Event.objects.filter(action="account.notifications_chosen").count() == 1

    @pytest.mark.parametrize(
        "changed", [{"trial": "off"}, {"trial": ""}, {"trial": "digest", "rhythm": "hourly"}]
    )
    def test_what_is_not_offered(self, client_for, reader, changed):
        client = client_for(reader)
        form = client.get(CHOICES).context["form"]
        values = {name: form[name].value() for name in form.fields}
        assert client.post(CHOICES, {**values, **changed}).status_code == 422


class TestUnsubscribe:
    def url(self, user, category):
        return unsubscribe_url(user, category).removeprefix("http://localhost:8000")

    def channels(self, user):
        with context.person(user.pk):
            return Preferences.objects.get(user=user).channels

    def test_one_click_without_cookie_or_token(self, reader):
        client = Client(enforce_csrf_checks=True)
        response = client.post(self.url(reader, "trial"), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert self.channels(reader) == {"trial": "inbox"}

    def test_looking_changes_nothing(self, client, reader):
        assert client.get(self.url(reader, "trial")).status_code == 200
        with context.person(reader.pk):
            assert not Preferences.objects.exists()

    def test_somebody_elses_session_changes_nothing_of_hers(self, client_for, reader, stranger):
        client_for(stranger).post(self.url(reader, "trial"))
        assert self.channels(reader) == {"trial": "inbox"}
        with context.person(stranger.pk):
            assert not Preferences.objects.filter(user=stranger).exists()

    def test_the_digest_as_a_whole(self, client, client_for, reader):
        choices = client_for(reader)
        form = choices.get(CHOICES).context["form"]
        values = {name: form[name].value() for name in form.fields}
        choices.post(CHOICES, {**values, "trial": "digest"})
        client.post(self.url(reader, ""))
        assert self.channels(reader)["trial"] == "inbox"

    def test_not_security(self, client, reader):
        assert client.post(self.url(reader, "security")).status_code == 404

    @pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd:1:abc"])
    def test_forged(self, client, db, token):
        assert client.get(f"/notifications/stop/{token}/").status_code == 404
        assert client.post(f"/notifications/stop/{token}/").status_code == 404
