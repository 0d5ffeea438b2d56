"""Roles handed over on a day to come: nothing before it, everything on it, nobody twice and never nobody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.audit.models import Event
from consortium.membership.actions import begin_post, end_post
from consortium.membership.models import StaffPost, today
from consortium.membership.posts import posts_of, staff_actor
from consortium.membership.queries import current
from consortium.staffing.actions import Change, cancel_change, plan_change, take_effect
from consortium.staffing.models import PlannedChange, State
from consortium.staffing.queries import next_first_of_april
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor

from .test_import import upload as _upload

CHANGES = "/m/102016/staff/changes/"


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def leaver(staff, maebashi):
    return staff(maebashi, "approver")


@pytest.fixture
def successor(staff, maebashi):
    return staff(maebashi, "editor")


@pytest.fixture
def day():
    return next_first_of_april()


@pytest.fixture
def planned(acting, administrator, maebashi, leaver, successor, day):
    with acting(administrator, maebashi) as actor:
        return plan_change(by=actor, change=Change("approver", day, leaver, successor, "情報政策課"))


def approvers(municipality, day):
    with context.tenant(municipality.pk):
        return list(
            current(StaffPost.objects.filter(role="approver"), day).values_list("user__name", flat=True)
        )


def on(monkeypatch, day):
    """As if it were that day, wherever dates of posts are read."""
    for module in (
        "membership.queries",
        "membership.actions.posts",
        "staffing.queries",
        "staffing.actions.changes",
    ):
        monkeypatch.setattr(f"consortium.{module}.today", lambda: day)


def test_member_may_not(client_for, staff, maebashi, acting, day, leaver):
    editor = staff(maebashi, "editor")
    assert client_for(editor).get(CHANGES).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        plan_change(by=actor, change=Change("approver", day, leaver))


def test_no_gap_and_no_overlap(planned, maebashi, leaver, successor, day):
    for offset in range(-3, 4):
        expected = [leaver.name] if offset < 0 else [successor.name]
        assert approvers(maebashi, day + timedelta(days=offset)) == expected
    assert approvers(maebashi, today()) == [leaver.name]


def test_permissions_follow_by_themselves(planned, client_for, leaver, successor, day, monkeypatch, maebashi):
    def may(user):
        with context.tenant(maebashi.pk, user_id=user.pk):
            return staff_actor(user, posts_of(user), maebashi).can("shared_plans.approve")

    assert (may(leaver), may(successor)) == (True, False)
    on(monkeypatch, day - timedelta(days=1))
    assert (may(leaver), may(successor)) == (True, False)
    on(monkeypatch, day)
    assert (may(leaver), may(successor)) == (False, True)
    assert client_for(leaver).get("/m/102016/").status_code == 404


def test_the_day_is_noted_once(planned, maebashi, day, monkeypatch):
    by = system_actor("test")
    with context.worker(maebashi.pk):
        assert take_effect(by=by) == 0
        on(monkeypatch, day)
        assert take_effect(by=by) == 1
        assert take_effect(by=by) == 0
    with context.tenant(maebashi.pk):
        assert PlannedChange.objects.get().state == State.DONE
        assert Event.objects.filter(action="planned_change.took_effect").count() == 1


def test_cancelled_all_stays_as_it_is(planned, acting, administrator, maebashi, leaver, day):
    with acting(administrator, maebashi) as actor:
        cancel_change(by=actor, change=planned)
        with pytest.raises(ValidationError):
            cancel_change(by=actor, change=planned)
    assert approvers(maebashi, day + timedelta(days=9)) == [leaver.name]
    with context.tenant(maebashi.pk):
        assert StaffPost.objects.count() == 3


@pytest.mark.parametrize("returns", [False, True])
def test_the_later_change_is_cancelled_first(
    planned, acting, administrator, maebashi, staff, leaver, successor, day, returns
):
    """The successor is followed by a third, or by the leaver herself."""
    third = leaver if returns else staff(maebashi, "editor")
    with acting(administrator, maebashi) as actor:
        change = Change("approver", day + timedelta(days=91), successor, third)
        later = plan_change(by=actor, change=change)
        with pytest.raises(ValidationError) as found:
            cancel_change(by=actor, change=planned)
        assert found.value.code == "later"
        cancel_change(by=actor, change=later)
        cancel_change(by=actor, change=planned)
    assert approvers(maebashi, day + timedelta(days=99)) == [leaver.name]


def test_what_was_brought_forward_stays(planned, acting, administrator, maebashi, leaver, successor):
    with acting(administrator, maebashi) as actor:
        begin_post(by=actor, user=successor, role="approver")
        cancel_change(by=actor, change=planned)
    assert sorted(approvers(maebashi, today())) == sorted([leaver.name, successor.name])


def test_after_the_day_it_cannot_be_cancelled(planned, acting, administrator, maebashi, day, monkeypatch):
    on(monkeypatch, day)
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError):
        cancel_change(by=actor, change=planned)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda a, b, day: Change("approver", today(), a, b), "effective_on"),
        (lambda a, b, day: Change("approver", today() + timedelta(days=900), a, b), "effective_on"),
        (lambda a, b, day: Change("approver", day), "leaver"),
        (lambda a, b, day: Change("approver", day, a, a), "successor"),
        (lambda a, b, day: Change("approver", day, b), "leaver"),
        (lambda a, b, day: Change("editor", day, None, b), "successor"),
        (lambda a, b, day: Change("mayor", day, a, b), "role"),
    ],
)
def test_refusals(acting, administrator, maebashi, leaver, successor, day, make, field):
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError) as found:
        plan_change(by=actor, change=make(leaver, successor, day))
    assert field in found.value.message_dict


def test_twice_is_refused(planned, acting, administrator, maebashi, leaver, day):
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError):
        plan_change(by=actor, change=Change("approver", day, leaver))


def test_last_administrator_needs_a_successor(acting, administrator, maebashi, successor, day):
    with acting(administrator, maebashi) as actor:
        with pytest.raises(ValidationError):
            plan_change(by=actor, change=Change("administrator", day, administrator))
        plan_change(by=actor, change=Change("administrator", day, administrator, successor))


def test_a_post_ended_by_hand_meanwhile_is_shown(
    planned, acting, administrator, maebashi, leaver, client_for
):
    with acting(administrator, maebashi) as actor:
        end_post(by=actor, post=StaffPost.objects.get(user=leaver))
    client = client_for(administrator)
    assert "空白または重複" in client.get(CHANGES).content.decode()
    assert "空白または重複" in client.get(f"{CHANGES}{planned.pk}/").content.decode()


def test_pages(client_for, administrator, leaver, successor, maebashi, day):
    client = client_for(administrator)
    assert f'value="{day.year}"' in client.get(f"{CHANGES}new/").content.decode()
    values = {"effective_on": day, "role": "approver", "leaver": leaver.pk, "successor": successor.pk}
    url = client.post(f"{CHANGES}new/", values)["Location"]
    page = client.get(url).content.decode()
    assert leaver.name in page and "前任者が抱えている仕事" in page
    assert successor.name in client.get(CHANGES).content.decode()
    assert client.get(f"{CHANGES}?export=csv").status_code == 200
    client.post(f"{url}cancel/")
    assert "取消" in client.get(f"{CHANGES}?past=1").content.decode()


def test_of_another_municipality_is_not_found(planned, client_for, staff, takasaki):
    client = client_for(staff(takasaki, "administrator"))
    assert client.get(f"/m/102024/staff/changes/{planned.pk}/").status_code == 404
    assert client.post(f"/m/102024/staff/changes/{planned.pk}/cancel/").status_code == 404


class TestImport:
    HEADING = "発令日,役割,課,前任者,後任者,備考\r\n"

    def upload(self, client, text, monkeypatch):
        monkeypatch.setattr("tests.staffing.test_import.IMPORT", f"{CHANGES}import/")
        return _upload(client, self.HEADING + text)

    def test_april(self, client_for, administrator, leaver, successor, maebashi, day, monkeypatch):
        client = client_for(administrator)
        row = f"令和{day.year - 2018}年4月1日,決裁者,情報政策課,{leaver.email},{successor.email},定期異動\r\n"
        assert client.post(self.upload(client, row, monkeypatch))["Location"] == CHANGES
        assert approvers(maebashi, day) == [successor.name]

    @pytest.mark.parametrize(
        ("row", "text"),
        [
            ("2020/4/1,決裁者,,{leaver},{successor},", "明日から2年以内"),
            ("{day},決裁者,,nobody@x.example,,", "このアドレスの職員はいません"),
            ("{day},起案者,,{leaver},,", "この役割を持っていない"),
            ("{day},決裁者,,{leaver},,\r\n{day},決裁者,,{leaver},{successor},", "と同じ内容の行"),
        ],
    )
    def test_errors(
        self, client_for, administrator, leaver, successor, maebashi, day, monkeypatch, row, text
    ):
        client = client_for(administrator)
        filled = row.format(day=day.isoformat(), leaver=leaver.email, successor=successor.email)
        check = self.upload(client, f"{filled}\r\n", monkeypatch)
        assert text in client.get(check).content.decode()
        assert client.post(check).status_code == 422


@pytest.mark.parametrize(
    ("today_", "first"),
    [
        (date(2026, 11, 23), date(2027, 4, 1)),
        (date(2027, 3, 31), date(2027, 4, 1)),
        (date(2027, 4, 1), date(2028, 4, 1)),
    ],
)
def test_next_first_of_april(today_, first):
    assert next_first_of_april(today_) == first


def test_atomic(acting, administrator, maebashi, leaver, successor, day, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.staffing.actions.changes.record", fail)
    with acting(administrator, maebashi) as actor, pytest.raises(RuntimeError):
        plan_change(by=actor, change=Change("approver", day, leaver, successor))
    assert approvers(maebashi, day) == [leaver.name]
