"""Recovery of an account: two people, neither the one concerned; one link, once."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.membership.actions import (
    appoint_deputy,
    confirm_recovery,
    end_post,
    open_recovery,
    stop_recovery,
)
from consortium.membership.models import (
    EmailChange,
    SecretariatRecovery,
    StaffPost,
    StaffRecovery,
    User,
    today,
)
from consortium.tenancy import context
from tests import factories

NEW = "まったく新しい合言葉です789"
LIST = "/m/102016/recoveries/"


@pytest.fixture
def first(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def second(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def lost(staff, maebashi):
    """Somebody with a second factor that she no longer has."""
    return staff(maebashi, "counter", password="忘れてしまった合言葉です")


@pytest.fixture
def opened(acting, first, second, lost, maebashi):
    with acting(first, maebashi) as actor:
        return open_recovery(by=actor, user=lost, reason="端末を紛失した")


@pytest.fixture
def link(acting, opened, second, maebashi):
    with acting(second, maebashi) as actor:
        return f"/m/102016/recovery/{confirm_recovery(by=actor, recovery=opened)}/"


def changed_address(user, ago):
    return EmailChange.objects.create(
        user=user,
        old_email="old@staff.example",
        new_email=user.email,
        proof_hash="proof",
        stop_hash="stop",
        proved_at=timezone.now() - ago,
    )


def refused(action, **values):
    with pytest.raises(ValidationError) as error:
        action(**values)
    return error.value.code


class TestPages:
    def test_unrelated_and_member(self, client_for, stranger, staff, maebashi, opened):
        assert client_for(stranger).get(LIST).status_code == 404
        editor = client_for(staff(maebashi, "editor"))
        assert editor.get(LIST).status_code == 403
        assert editor.post(f"{LIST}{opened.pk}/").status_code == 403
        assert editor.post(f"{LIST}{opened.pk}/stop/").status_code == 403

    def test_another_municipality_knows_nothing_of_it(self, client_for, staff, takasaki, opened):
        client = client_for(staff(takasaki, "administrator"))
        assert client.get(f"/m/102024/recoveries/{opened.pk}/").status_code == 404

    def test_from_the_colleagues_page_to_the_second_pair_of_eyes(
        self, client_for, first, second, lost, maebashi, mailbox
    ):
        with context.tenant(maebashi.pk):
            post = StaffPost.objects.get(user=lost).pk
        client = client_for(first)
        assert f"/m/102016/staff/{post}/recover/" in client.get(f"/m/102016/staff/{post}/").content.decode()
        address = f"/m/102016/staff/{post}/recover/"
        assert client.get(address).status_code == 200
        page = client.post(address, {"reason": "端末を紛失した"})["Location"]
        assert "別の職員が確認してください" in client.get(page).content.decode()
        assert client.post(page).status_code == 422
        other = client_for(second)
        assert page in other.get("/m/102016/").content.decode()
        assert other.post(page).status_code == 302
        assert "本人の手続待ち" in other.get(LIST).content.decode()
        to = [message.to[0] for message in mailbox()]
        assert {lost.email, second.email} <= set(to)
        (letter,) = [one for one in mailbox() if "/recovery/" in one.body]
        assert letter.to == [lost.email]

    def test_asks_for_a_recent_proof(self, client_for, second, opened):
        client = client_for(second, recent=False)
        assert client.post(f"{LIST}{opened.pk}/")["Location"].startswith("/accounts/confirm/")


class TestTwoPeople:
    def test_not_the_same_person(self, acting, first, maebashi, opened):
        with acting(first, maebashi) as actor:
            assert refused(confirm_recovery, by=actor, recovery=opened) == "two_people"

    def test_not_the_person_concerned(self, acting, first, second, maebashi):
        with acting(first, maebashi) as actor:
            assert refused(open_recovery, by=actor, user=first, reason="-") == "oneself"
            recovery = open_recovery(by=actor, user=second, reason="-")
        with acting(second, maebashi) as actor:
            assert refused(confirm_recovery, by=actor, recovery=recovery) == "two_people"

    def test_not_as_deputy_of_who_opened_it(self, acting, first, maebashi, staff, opened):
        deputy = staff(maebashi, "editor", user=factories.make_user(second_factor=True))
        with acting(first, maebashi) as actor:
            days = {"starts_on": today(), "ends_on": today()}
            appoint_deputy(by=actor, role="administrator", user=deputy, reason="出張", **days)
        with acting(deputy, maebashi) as actor:
            assert refused(confirm_recovery, by=actor, recovery=opened) == "two_people"

    def test_not_for_who_had_her_deputy_open_it(self, acting, first, maebashi, staff, lost):
        deputy = staff(maebashi, "editor")
        with acting(first, maebashi) as actor:
            values = {"starts_on": today(), "ends_on": today(), "reason": "出張"}
            appoint_deputy(by=actor, role="administrator", user=deputy, **values)
        with acting(deputy, maebashi) as actor:
            opened = open_recovery(by=actor, user=lost, reason="端末を紛失した")
        with acting(first, maebashi) as actor:
            assert refused(confirm_recovery, by=actor, recovery=opened) == "two_people"

    def test_not_for_the_other_whose_deputy_opened_it(
        self, acting, first, second, maebashi, staff, lost, secretary
    ):
        """The deputy stands in for both; the recovery is opened for one of them."""
        deputy = staff(maebashi, "editor")
        values = {"starts_on": today(), "ends_on": today(), "reason": "出張"}
        for principal in (first, second):
            with acting(principal, maebashi) as actor:
                appoint_deputy(by=actor, role="administrator", user=deputy, **values)
        with acting(deputy, maebashi) as actor:
            opened = open_recovery(by=actor, user=lost, reason="端末を紛失した")
            assert opened.needs_secretariat
        for principal in (first, second):
            with acting(principal, maebashi) as actor:
                assert refused(confirm_recovery, by=actor, recovery=opened) == "two_people"
        with acting(secretary) as actor:
            assert confirm_recovery(by=actor, recovery=opened)

    def test_the_database_refuses_too(self, maebashi, opened, first):
        with context.tenant(maebashi.pk), pytest.raises(IntegrityError), transaction.atomic():
            now = timezone.now()
            StaffRecovery.objects.update(confirmed_by_id=first.pk, confirmed_at=now, token_hash="x")

    def test_not_while_another_is_open(self, acting, second, lost, maebashi, opened):
        with acting(second, maebashi) as actor:
            assert refused(open_recovery, by=actor, user=lost, reason="-") == "open"

    def test_only_for_colleagues(self, acting, first, staff, takasaki, maebashi):
        other = staff(takasaki, "editor")
        with acting(first, maebashi) as actor:
            assert refused(open_recovery, by=actor, user=other, reason="-") == "not_here"

    def test_too_late(self, acting, second, maebashi, opened):
        with acting(second, maebashi) as actor:
            StaffRecovery.objects.update(waits_until=timezone.now() - timedelta(seconds=1))
            assert refused(confirm_recovery, by=actor, recovery=opened) == "over"

    def test_not_soon_after_the_address_was_changed(self, acting, first, second, lost, maebashi):
        """A thief in an open session could have put her own there."""
        change = changed_address(lost, timedelta(days=13))
        with acting(first, maebashi) as actor:
            assert refused(open_recovery, by=actor, user=lost, reason="-") == "address_changed"
            EmailChange.objects.update(proved_at=timezone.now() - timedelta(days=15))
            recovery = open_recovery(by=actor, user=lost, reason="-")
            EmailChange.objects.update(proved_at=timezone.now())
        with acting(second, maebashi) as actor:
            assert refused(confirm_recovery, by=actor, recovery=recovery) == "address_changed"
            EmailChange.objects.filter(pk=change.pk).update(stopped_at=timezone.now())
            assert confirm_recovery(by=actor, recovery=recovery)

    def test_atomic(self, acting, second, maebashi, opened, monkeypatch):
        def fail(**kwargs):
            raise RuntimeError("audit is down")

        monkeypatch.setattr("consortium.membership.actions.recoveries.record", fail)
        with acting(second, maebashi) as actor, pytest.raises(RuntimeError):
            confirm_recovery(by=actor, recovery=opened)
        with context.tenant(maebashi.pk):
            assert StaffRecovery.objects.get().confirmed_at is None


class TestSecretariat:
    """It is the second person where a municipality has one administrator, and the first for her herself."""

    def test_confirms_for_a_single_administrator(self, acting, client_for, secretary, first, lost, maebashi):
        with acting(first, maebashi) as actor:
            recovery = open_recovery(by=actor, user=lost, reason="端末を紛失した")
        client = client_for(secretary)
        page = f"/secretariat/recoveries/{recovery.pk}/"
        assert page in client.get("/secretariat/").content.decode()
        assert client.post(page).status_code == 302
        with context.tenant(maebashi.pk):
            assert Event.objects.filter(action="recovery.confirmed").count() == 1

    def test_leaves_it_to_a_second_administrator(self, acting, client_for, secretary, opened):
        client = client_for(secretary)
        assert client.get(f"/secretariat/recoveries/{opened.pk}/").status_code == 404
        assert client.post(f"/secretariat/recoveries/{opened.pk}/").status_code == 404
        assert str(opened.pk) not in client.get("/secretariat/recoveries/").content.decode()
        with acting(secretary):
            assert not StaffRecovery.visible.exists()
            assert not StaffRecovery.visible.update(reason="-")

    def test_confirms_what_the_only_administrators_deputy_opened(
        self, acting, client_for, secretary, first, lost, staff, maebashi, mailbox
    ):
        """The administrator has done her part by her deputy, so that nobody is left here."""
        deputy = staff(maebashi, "editor")
        with acting(first, maebashi) as actor:
            values = {"starts_on": today(), "ends_on": today(), "reason": "出張"}
            appoint_deputy(by=actor, role="administrator", user=deputy, **values)
        with acting(deputy, maebashi) as actor:
            opened = open_recovery(by=actor, user=lost, reason="端末を紛失した")
        assert client_for(first).post(f"{LIST}{opened.pk}/").status_code == 422
        asked = [one.to[0] for one in mailbox() if "確認を求められています" in one.subject]
        assert asked == [secretary.email]
        assert client_for(secretary).post(f"/secretariat/recoveries/{opened.pk}/").status_code == 302

    def test_confirms_what_is_opened_anew_after_the_second_left(
        self, acting, first, second, secretary, opened, lost, maebashi
    ):
        with acting(first, maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=second))
            stop_recovery(by=actor, recovery=opened)
            anew = open_recovery(by=actor, user=lost, reason="端末を紛失した")
        with acting(secretary) as actor:
            assert confirm_recovery(by=actor, recovery=anew)

    def test_opens_for_the_only_administrator(self, acting, client_for, secretary, first, maebashi):
        client = client_for(secretary)
        page = client.get("/secretariat/recoveries/new/").content.decode()
        assert first.name in page
        answer = client.post(
            "/secretariat/recoveries/new/", {"user": first.pk, "reason": "退職者と同時に紛失"}
        )
        recovery = answer["Location"]
        assert client.post(recovery).status_code == 422
        assert client_for(factories.make_secretary()).post(recovery).status_code == 302

    def test_for_its_own_members(self, acting, secretary):
        colleague, third = factories.make_secretary(), factories.make_secretary()
        with acting(secretary) as actor:
            recovery = open_recovery(by=actor, user=colleague, reason="-")
            assert isinstance(recovery, SecretariatRecovery)
        with acting(third) as actor:
            token = confirm_recovery(by=actor, recovery=recovery)
        client = Client()
        address = f"/secretariat/recovery/{token}/"
        assert (
            client.post(address, {"password1": NEW, "password2": NEW})["Location"]
            == "/accounts/2fa/?required=1"
        )

    def test_not_for_others_of_a_municipality(self, acting, secretary, first, second, lost):
        for person in (first, lost):
            with acting(secretary) as actor:
                assert refused(open_recovery, by=actor, user=person, reason="-") == "not_here"

    def test_sees_administrators_and_nobody_else(self, first, lost, maebashi):
        with context.secretariat():
            assert {post.role for post in StaffPost.visible.all()} == {"administrator"}


class TestUse:
    def use(self, link, password=NEW, again=NEW):
        client = Client()
        return client, client.post(link, {"password1": password, "password2": again})

    def test_new_password_old_factors_and_sessions_gone(self, client_for, link, lost, maebashi, mailbox):
        old = client_for(lost)
        assert old.get("/accounts/").status_code == 200
        assert Client().get(link).status_code == 200
        client, answer = self.use(link)
        assert answer["Location"] == "/accounts/2fa/?required=1"
        assert not Authenticator.objects.filter(user=lost).exists()
        assert old.get("/accounts/").status_code == 302
        assert client.get("/m/102016/").url == "/accounts/2fa/?required=1"
        assert client.get("/accounts/2fa/totp/activate/").status_code == 200
        assert User.objects.get(pk=lost.pk).check_password(NEW)
        with context.tenant(maebashi.pk):
            events = Event.objects.filter(action__startswith="recovery.").order_by("id")
            assert [one.action for one in events] == [
                "recovery.opened",
                "recovery.confirmed",
                "recovery.used",
            ]
        told = [one.to[0] for one in mailbox() if "アカウントが回復されました" in one.subject]
        assert lost.email in told

    def test_once(self, link):
        self.use(link)
        assert self.use(link)[1].status_code == 410
        assert Client().get(link).status_code == 410

    def test_weak_or_mistyped_password(self, link, lost):
        assert self.use(link, "password", "password")[1].status_code == 422
        assert self.use(link, NEW, "別の合言葉を入れてしまった")[1].status_code == 422
        assert Authenticator.objects.filter(user=lost).exists()

    def test_late_stopped_unknown_and_elsewhere(self, acting, link, opened, maebashi, takasaki, lost):
        assert Client().get(link.replace("102016", "102024")).status_code == 410
        assert Client().get("/m/102016/recovery/unknown/").status_code == 410
        with context.tenant(maebashi.pk):
            StaffRecovery.objects.update(confirmed_at=timezone.now() - timedelta(hours=25))
        assert Client().get(link).status_code == 410
        with context.tenant(maebashi.pk):
            StaffRecovery.objects.update(confirmed_at=timezone.now())
        with acting(lost, maebashi) as actor:
            stop_recovery(by=actor, recovery=opened)
        assert self.use(link)[1].status_code == 410

    def test_who_can_sign_in_stops_it(self, client_for, opened, lost, maebashi):
        client = client_for(lost)
        page = client.get("/accounts/").content.decode()
        assert f"{LIST}{opened.pk}/stop/" in page
        assert client.post(f"{LIST}{opened.pk}/stop/")["Location"] == "/accounts/"
        assert "手続を止める" not in client.get("/accounts/").content.decode()

    def test_nobody_else_stops_it(self, acting, staff, maebashi, opened):
        with acting(staff(maebashi, "editor"), maebashi) as actor, pytest.raises(PermissionDenied):
            stop_recovery(by=actor, recovery=opened)

    def test_only_the_hash_is_kept(self, link, maebashi):
        with context.tenant(maebashi.pk):
            assert link.split("/")[-2] not in str(StaffRecovery.objects.values().get())
