"""見直しの予定: days of the cycle, the calendar, the reminder that goes out once, what settles a review."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from consortium.domain.calendar import is_open, next_open
from consortium.membership.models import ClosingDay
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from shared_plans.actions import (
    end_review_cycle,
    remind_of_reviews,
    revise_plan,
    set_review_cycle,
    settle_review,
)
from shared_plans.domain.icalendar import AllDay, calendar
from shared_plans.domain.reviews import Cycle, Review, month_later, next_review, reviews_until
from shared_plans.models import ReasonKind, ReviewCycle
from shared_plans.queries.reviews import next_review_of, planned_reviews
from tests.factories import acting

from .helpers import of, sent
from .test_notices import said


class TestDays:
    def test_months_count_from_the_first_day(self):
        assert month_later(date(2027, 1, 31), 1) == date(2027, 2, 28)
        assert month_later(date(2027, 11, 30), 14) == date(2029, 1, 30)
        cycle = Cycle(1, date(2027, 1, 31))
        found = list(reviews_until(cycle, date(2027, 1, 1), date(2027, 3, 31)))
        assert [one.set_for for one in found] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]

    def test_moved_to_open_days(self):
        cycle = Cycle(days=(date(2027, 5, 3), date(2026, 12, 29)))  # 憲法記念日, 年末
        first = next_review(cycle, date(2026, 11, 1))
        assert first == Review(date(2026, 12, 29), date(2027, 1, 4))
        assert next_review(cycle, first.set_for) == Review(date(2027, 5, 3), date(2027, 5, 6))
        closed = frozenset({date(2027, 1, 4)})
        assert next_review(cycle, date(2026, 11, 1), closed).due_on == date(2027, 1, 5)
        assert next_review(cycle, date(2027, 5, 3)) is None


def test_icalendar_lines():
    summary = "計画の見直し; 前橋市, 第2期\\改訂\n" * 4
    made_at = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    text = calendar(
        "見直し", [AllDay("review-1@x", date(2026, 12, 28), summary, "https://x/")], made_at=made_at
    )
    lines = text.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[-1] == b""
    assert b"\n" not in text.replace(b"\r\n", b"")
    whole = text.decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261229\r\n" in whole
    assert "SUMMARY:" + "計画の見直し\\; 前橋市\\, 第2期\\\\改訂\\n" * 4 + "\r\n" in whole
    assert "DTSTAMP:20261124T000000Z" in whole


@pytest.fixture
def plan(published):
    return published.plan


@pytest.fixture
def cycle(plan, editor, maebashi):
    """Due in three days, and each year from there."""
    with acting(editor, maebashi) as by:
        starts_on = next_open(localdate() + timedelta(days=3))
        return set_review_cycle(by=by, plan=plan, every_months=12, starts_on=starts_on)


def test_who_may(client, at_adopter, at_approver, at_editor, maebashi, plan):
    page = of(plan, maebashi, "review_cycle")
    assert [who.get(page).status_code for who in (client, at_adopter, at_approver, at_editor)] == [
        302,
        404,
        403,
        200,
    ]
    for name in ("end_review_cycle", "settle_review"):
        answers = [
            who.post(of(plan, maebashi, name)).status_code for who in (client, at_adopter, at_approver)
        ]
        assert answers == [302, 404, 403]


def test_on_the_pages(at_editor, at_approver, at_adopter, maebashi, takasaki, plan):
    listed = "/m/102016/plans/reviews/"
    assert [one.pk for one in at_editor.get(listed).context["without"]] == [plan.pk]
    page, day = of(plan, maebashi, "review_cycle"), localdate() + timedelta(days=40)
    assert at_editor.post(page, {"rhythm": "months"}).status_code == 422
    assert at_editor.post(page, {"rhythm": "days", "day_1": "2020-04-01"}).status_code == 422
    sent = {"rhythm": "days", "day_1": day.isoformat(), "every_months": "99"}
    assert at_editor.post(page, sent).status_code == 302
    (row,) = at_approver.get(listed).context["rows"]
    assert row[0].next.set_for == day
    assert is_open(row[0].next.due_on)
    file = at_approver.get("/m/102016/plans/reviews.ics")
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART;VALUE=DATE:{row[0].next.due_on:%Y%m%d}" in file.content.decode()
    assert b"VEVENT" not in at_adopter.get("/m/102024/plans/reviews.ics").content
    assert at_editor.get(page).context["form"].initial["day_1"] == day
    at_editor.post(of(plan, maebashi, "settle_review"), {"due": "garbage"})
    at_editor.post(of(plan, maebashi, "settle_review"), {"due": day.isoformat()})
    assert at_editor.get(page).context["next"] is None
    at_editor.post(of(plan, maebashi, "end_review_cycle"))
    assert at_editor.get(page).context["stored"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"every_months": 0, "starts_on": "today"}, "every_months"),
        ({"every_months": 61, "starts_on": "today"}, "every_months"),
        ({"every_months": 12}, "starts_on"),
        ({"every_months": 12, "starts_on": "yesterday"}, "starts_on"),
        ({}, "days"),
        ({"days": ["yesterday"]}, "days"),
    ],
    ids=["none", "too long", "no day", "past", "nothing", "past day"],
)
def test_refused(plan, editor, maebashi, given, field):
    days = {"today": localdate(), "yesterday": localdate() - timedelta(days=1)}
    given = {**given}
    if "starts_on" in given:
        given["starts_on"] = days[given["starts_on"]]
    if "days" in given:
        given["days"] = [days[one] for one in given["days"]]
    with acting(editor, maebashi) as by, pytest.raises(ValidationError) as caught:
        set_review_cycle(by=by, plan=plan, **given)
    assert list(caught.value.error_dict) == [field]


def remind(place):
    with context.worker(place.pk):
        return remind_of_reviews(by=system_actor("test"))


def test_reminded_once(cycle, plan, editor, approver, maebashi, takasaki, mailbox):
    before = len(mailbox())
    assert [remind(takasaki), remind(maebashi), remind(maebashi)] == [0, 1, 0]
    messages = mailbox()[before:]
    ((subject, body),) = said(messages, editor)
    assert subject == "計画の見直しの時期"
    assert f"/m/102016/plans/{plan.pk}/review-cycle/" in body
    assert said(messages, approver) == []


def test_not_reminded_long_before(plan, editor, maebashi):
    with acting(editor, maebashi) as by:
        set_review_cycle(by=by, plan=plan, days=[localdate() + timedelta(days=60)])
    assert remind(maebashi) == 0


def test_a_reminder_with_its_log_or_not_at_all(cycle, maebashi):
    with (
        patch("shared_plans.actions.reviewing.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        remind(maebashi)
    assert remind(maebashi) == 1


def test_settled_by_hand(cycle, plan, editor, maebashi):
    with acting(editor, maebashi) as by:
        due = cycle.starts_on
        with pytest.raises(ValidationError) as caught:
            settle_review(by=by, plan=plan, due=due + timedelta(days=1))
        assert caught.value.code == "conflict"
        settle_review(by=by, plan=plan, due=due)
        (planned,) = planned_reviews()
        assert planned.next.set_for == month_later(due, 12)
        with pytest.raises(ValidationError):
            settle_review(by=by, plan=plan, due=due)


def test_settled_by_revising_for_it(cycle, plan, editor, maebashi, at_editor):
    form = at_editor.get(of(plan, maebashi, "revise") + "?reason_kind=review").context["form"]
    assert form.initial == {"reason_kind": "review"}
    with acting(editor, maebashi) as by:
        revise_plan(by=by, plan=plan, reason="年次の見直し", reason_kind=ReasonKind.REVIEW)
        assert planned_reviews()[0].next.set_for == month_later(cycle.starts_on, 12)


def test_another_reason_settles_nothing(cycle, plan, editor, maebashi):
    with acting(editor, maebashi) as by:
        revise_plan(by=by, plan=plan, reason="誤字", reason_kind=ReasonKind.CORRECTION)
        assert planned_reviews()[0].next.set_for == cycle.starts_on


def test_shown_with_the_plan(cycle, plan, editor, maebashi, at_editor, django_assert_num_queries):
    with acting(editor, maebashi) as by:
        ClosingDay.objects.create(day=cycle.starts_on)
        with django_assert_num_queries(1):
            following = next_review_of(plan)
        assert following == Review(cycle.starts_on, next_open(cycle.starts_on + timedelta(days=1)))
        end_review_cycle(by=by, plan=plan)
        assert next_review_of(plan) is None


def test_a_running_cycle_is_changed_from_its_next_day_on(cycle, plan, editor, maebashi, at_editor):
    with acting(editor, maebashi):
        ReviewCycle.objects.update(starts_on=localdate() - timedelta(days=5), every_months=1)
    page = of(plan, maebashi, "review_cycle")
    assert at_editor.get(page).context["form"].initial["starts_on"] == month_later(
        localdate() - timedelta(days=5), 1
    )
    assert at_editor.post(page, sent(at_editor, page, every_months="6")).status_code == 302


def test_one_missed_stays_overdue(cycle, plan, editor, maebashi, at_editor):
    with acting(editor, maebashi) as by:
        ReviewCycle.objects.update(
            starts_on=localdate() - timedelta(days=40), settled_through=localdate() - timedelta(days=50)
        )
        assert planned_reviews()[0].is_overdue(localdate())
    assert "期日を過ぎています" in at_editor.get(of(plan, maebashi, "review_cycle")).content.decode()
    with acting(editor, maebashi) as by:
        end_review_cycle(by=by, plan=plan)
        assert planned_reviews() == []
