"""代理: a colleague exercises an absent person's role, no more and no longer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from consortium.audit.models import Event
from consortium.membership.actions import appoint_deputy, end_post, withdraw_deputy
from consortium.membership.models import Deputy, StaffPost, today
from consortium.tenancy import context
from shared_plans.actions import draft_plan, publish_plan, save_draft, submit_plan
from shared_plans.domain.document import Document, made
from shared_plans.domain.kinds import Kind
from shared_plans.queries.framework import framework_editions
from tests import factories

DAY = timedelta(days=1)
NEW = "/m/102016/deputies/new/"


@pytest.fixture
def approver(staff, maebashi):
    return staff(maebashi, "approver", user=factories.make_user("決裁 花子"))


@pytest.fixture
def deputy(staff, maebashi):
    return staff(maebashi, "editor", user=factories.make_user("代理 太郎"))


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def appoint(acting, approver, deputy, maebashi):
    def make(first=0, last=7, role="approver", by=approver, user=deputy):
        with acting(by, maebashi) as actor:
            return appoint_deputy(
                by=actor,
                role=role,
                user=user,
                starts_on=today() + first * DAY,
                ends_on=today() + last * DAY,
                reason="出張",
            )

    return make


def may_approve(acting, user, municipality):
    with acting(user, municipality) as actor:
        return actor.can("shared_plans.approve")


class TestPages:
    def test_stranger_finds_nothing(self, client_for, stranger, maebashi):
        assert client_for(stranger).get(NEW).status_code == 404

    def test_principal_appoints(self, client_for, approver, deputy, administrator, mailbox):
        client = client_for(approver)
        page = client.get(NEW).content.decode()
        assert "決裁者" in page
        assert "管理者</" not in page.split("<form class")[1]
        values = {
            "role": "approver",
            "user": deputy.pk,
            "starts_on": today(),
            "ends_on": today(),
            "reason": "休暇",
        }
        assert client.post(NEW, values)["Location"] == "/m/102016/deputies/"
        assert {message.to[0] for message in mailbox()} == {
            approver.email,
            deputy.email,
            administrator.email,
        }
        for person, sees in ((approver, True), (deputy, True), (administrator, True)):
            assert ("代理 太郎" in client_for(person).get("/m/102016/deputies/").content.decode()) is sees

    def test_who_is_not_concerned_does_not_see_it(self, client_for, appoint, staff, maebashi):
        one = appoint()
        other = client_for(staff(maebashi, "editor"))
        assert "代理 太郎" not in other.get("/m/102016/deputies/").content.decode()
        assert other.post(f"/m/102016/deputies/{one.pk}/withdraw/").status_code == 403

    @pytest.mark.parametrize("who", ["approver", "deputy", "administrator"])
    def test_each_concerned_may_end_it(self, client_for, appoint, acting, deputy, maebashi, who, request):
        one = appoint()
        client = client_for(request.getfixturevalue(who))
        assert client.post(f"/m/102016/deputies/{one.pk}/withdraw/").status_code == 302
        assert not may_approve(acting, deputy, maebashi)


class TestReach:
    @pytest.mark.parametrize(("first", "last", "now"), [(0, 0, True), (0, 7, True), (1, 7, False)])
    def test_within_the_dates(self, appoint, acting, deputy, maebashi, first, last, now):
        appoint(first, last)
        assert may_approve(acting, deputy, maebashi) is now

    def test_not_after_the_last_day(self, appoint, acting, deputy, maebashi):
        appoint()
        with context.tenant(maebashi.pk):
            Deputy.objects.update(starts_on=today() - 2 * DAY, ends_on=today() - DAY)
        assert not may_approve(acting, deputy, maebashi)

    def test_ends_when_the_principal_loses_the_role(
        self, appoint, acting, approver, deputy, administrator, maebashi
    ):
        appoint()
        with acting(administrator, maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=approver))
        assert not may_approve(acting, deputy, maebashi)

    def test_ends_when_the_deputy_leaves(self, appoint, acting, deputy, administrator, maebashi):
        appoint()
        with acting(administrator, maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=deputy))
        assert not may_approve(acting, deputy, maebashi)

    def test_not_in_another_municipality(self, appoint, acting, deputy, staff, maebashi, takasaki):
        staff(takasaki, "editor", user=deputy)
        appoint()
        assert not may_approve(acting, deputy, takasaki)

    def test_a_role_that_asks_for_a_second_factor_asks_the_deputy(
        self, client_for, appoint, administrator, deputy
    ):
        client = client_for(deputy)
        assert client.get("/m/102016/").status_code == 200
        appoint(role="administrator", by=administrator)
        assert client.get("/m/102016/").url == "/accounts/2fa/?required=1"


class TestRefused:
    def code(self, appoint, **values):
        with pytest.raises(ValidationError) as refused:
            appoint(**values)
        return [error.code for errors in refused.value.error_dict.values() for error in errors]

    def test_what_one_does_not_hold(self, appoint):
        assert self.code(appoint, role="administrator") == ["not_held"]
        assert self.code(appoint, role="secretary") == ["not_held"]

    def test_no_chains(self, appoint, deputy, administrator):
        appoint()
        assert self.code(appoint, by=deputy, user=administrator) == ["not_held"]

    def test_oneself_strangers_and_who_has_it_already(self, appoint, approver, stranger, staff, maebashi):
        assert self.code(appoint, user=approver) == ["not_a_colleague"]
        assert self.code(appoint, user=stranger) == ["not_a_colleague"]
        assert self.code(appoint, user=staff(maebashi, "approver")) == ["held"]

    def test_periods(self, appoint, administrator):
        assert self.code(appoint, first=-1) == ["past"]
        assert self.code(appoint, first=3, last=2) == ["order"]
        assert self.code(appoint, last=400) == ["too_long"]
        appoint(2, 4)
        assert self.code(appoint, first=4, last=6, user=administrator) == ["overlap"]

    def test_ended_twice(self, appoint, acting, approver, maebashi):
        one = appoint()
        with acting(approver, maebashi) as actor:
            withdraw_deputy(by=actor, deputy=one)
            with pytest.raises(ValidationError):
                withdraw_deputy(by=actor, deputy=one)

    def test_atomic(self, appoint, maebashi, monkeypatch):
        def fail(**kwargs):
            raise RuntimeError("audit is down")

        monkeypatch.setattr("consortium.membership.actions.deputies.record", fail)
        with pytest.raises(RuntimeError):
            appoint()
        with context.tenant(maebashi.pk):
            assert not Deputy.objects.exists()


class TestFourEyes:
    """決裁 by a deputy: neither what she drafted herself, nor what the absent person drafted."""

    @pytest.fixture
    def in_review(self, acting, maebashi):
        call_command("load_framework", verbosity=0)
        values = {"title": "書かない窓口", "items": ("front_yard",)}
        content = Document((made("clause-1", Kind.INITIATIVE, values),))

        def make(author):
            with acting(author, maebashi) as actor:
                plan = draft_plan(
                    by=actor, title="計画", edition=framework_editions()[0], year_from=2026, year_to=2030
                )
                plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=content)
                return submit_plan(by=actor, plan=plan)

        return make

    def publish(self, acting, user, municipality, plan):
        with acting(user, municipality) as actor:
            publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)

    def test_somebody_elses_plan(self, appoint, acting, deputy, approver, staff, maebashi, in_review):
        appoint()
        self.publish(acting, deputy, maebashi, in_review(staff(maebashi, "editor")))
        with context.tenant(maebashi.pk):
            event = Event.objects.get(action="plan.published")
        assert event.actor_label == "代理 太郎(決裁 花子の代理)"
        assert event.actor_id == str(deputy.pk)
        assert event.detail["on_behalf_of"] == {"id": str(approver.pk), "role": "approver"}

    def test_own_plan(self, appoint, acting, deputy, maebashi, in_review):
        appoint()
        with pytest.raises(ValidationError):
            self.publish(acting, deputy, maebashi, in_review(deputy))

    def test_the_absent_persons_plan(
        self, appoint, acting, deputy, approver, staff, maebashi, in_review, client_for
    ):
        staff(maebashi, "editor", user=approver)
        plan = in_review(approver)
        appoint()
        with pytest.raises(ValidationError):
            self.publish(acting, deputy, maebashi, plan)
        assert f"/plans/{plan.pk}/review/" not in client_for(deputy).get("/m/102016/").content.decode()

    def test_what_the_deputy_wrote_for_who_decides(
        self, appoint, acting, deputy, approver, staff, maebashi, in_review
    ):
        """The absent person stands behind it as much as behind what she writes herself."""
        staff(maebashi, "editor", user=approver)
        writer = staff(maebashi, "counter")
        appoint(role="editor", user=writer)
        with pytest.raises(ValidationError):
            self.publish(acting, approver, maebashi, in_review(writer))

    def test_own_deeds_stay_own(self, appoint, acting, deputy, maebashi, in_review):
        appoint()
        in_review(deputy)
        with context.tenant(maebashi.pk):
            assert "on_behalf_of" not in Event.objects.filter(action="plan.submitted").get().detail

    def test_without_an_appointment(self, acting, deputy, staff, maebashi, in_review):
        plan = in_review(staff(maebashi, "editor"))
        with pytest.raises(PermissionDenied):
            self.publish(acting, deputy, maebashi, plan)
