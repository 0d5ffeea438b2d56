"""Reminders: some 開庁日 before a deadline and once after it, each told once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from consortium.audit.models import Event
from consortium.membership.models import ClosingDay
from consortium.notifications.models import Announcement
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING
from shared_plans.actions import enter_phase, raise_blocker, record_milestone, remind_of_deadlines
from shared_plans.domain.board import Clock
from shared_plans.domain.lifecycle import Turn
from shared_plans.domain.reminding import Stage, stage_of
from shared_plans.models import DeadlineReminder, Plan, PlanRevision
from shared_plans.queries.board import clock
from shared_plans.tasks import remind_members
from tests.factories import acting

from .sharing import adopt, publish
from .test_blockers import VALUES

DUE = date(2027, 3, 31)
"""Of the milestone 試行の開始, a Wednesday."""
NEAR = Clock(date(2027, 3, 25), date(2027, 4, 1))
PASSED = Clock(date(2027, 4, 1), date(2027, 4, 8))


def test_stages() -> None:
    at = Clock(date(2026, 6, 1), date(2026, 6, 8))
    assert [stage_of(day, at) for day in (date(2026, 6, 9), date(2026, 6, 8), date(2026, 5, 31), None)] == [
        None,
        Stage.NEAR,
        Stage.PASSED,
        None,
    ]


@pytest.fixture
def run(maebashi: Municipality) -> Callable[[Clock], int]:
    def reminded(at: Clock) -> int:
        with context.worker(maebashi.pk):
            return remind_of_deadlines(by=system_actor("test"), clock=at)

    return reminded


def told(maebashi: Municipality) -> list[tuple[str, int]]:
    with context.worker(maebashi.pk):
        own = Announcement.objects.filter(municipality_id=maebashi.pk)
        rows = own.filter(kind__startswith="plan.deadlines").order_by("id")
        return [(one.kind, one.values["count"]) for one in rows]


@pytest.mark.django_db
class TestReminding:
    def test_once_for_each_stage(
        self, executing: Plan, maebashi: Municipality, run: Callable[[Clock], int]
    ) -> None:
        early = Clock(date(2027, 3, 1), date(2027, 3, 8))
        assert [run(at) for at in (early, NEAR, NEAR, PASSED, PASSED)] == [0, 1, 0, 1, 0]
        assert told(maebashi) == [("plan.deadlines_near", 1), ("plan.deadlines_passed", 1)]
        with context.tenant(maebashi.pk):
            assert Event.objects.filter(action="plan.deadlines_reminded").count() == 2

    def test_several_of_one_plan_in_one_notice(
        self,
        executing: Plan,
        maebashi: Municipality,
        editor: Any,
        acting: Callable[..., Any],
        run: Callable[[Clock], int],
        mailbox: Callable[[], list[Any]],
    ) -> None:
        with acting(editor, maebashi) as actor:
            raise_blocker(by=actor, plan=executing, values={**VALUES, "due": DUE})
        assert run(NEAR) == 2
        assert told(maebashi) == [("plan.deadlines_near", 2)]
        bodies = [
            one.body for one in mailbox() if one.subject == "計画の期日の予告" and one.to == [editor.email]
        ]
        assert len(bodies) == 1
        assert "2件の期日が近づいています" in bodies[0]
        assert f"/plans/{executing.pk}/board/" in bodies[0]

    def test_nothing_of_what_is_done_or_not_carried_out(
        self,
        published: PlanRevision,
        maebashi: Municipality,
        editor: Any,
        approver: Any,
        acting: Callable[..., Any],
        run: Callable[[Clock], int],
    ) -> None:
        assert run(PASSED) == 0
        since = published.published_at.date()
        with acting(approver, maebashi) as actor:
            plan = enter_phase(by=actor, plan=published.plan, turn=Turn.START, since=since, reason="x")
        with acting(editor, maebashi) as actor:
            record_milestone(by=actor, plan=plan, clause="clause-1", row="milestone-1", day=since)
        assert run(PASSED) == 0

    def test_told_only_if_it_is_kept(
        self, executing: Plan, maebashi: Municipality, run: Callable[[Clock], int]
    ) -> None:
        with (
            patch("shared_plans.actions.reminding.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            run(NEAR)
        assert told(maebashi) == []
        with context.tenant(maebashi.pk):
            assert not DeadlineReminder.objects.exists()
        assert run(NEAR) == 1

    def test_days_are_counted_in_the_own_open_days(self, maebashi: Municipality) -> None:
        with context.tenant(maebashi.pk), _on(date(2027, 3, 24)):
            assert clock() == Clock(date(2027, 3, 24), date(2027, 3, 31))
            ClosingDay(day=date(2027, 3, 30), reason="庁舎の点検").save(force_insert=True)
            assert clock() == Clock(date(2027, 3, 24), date(2027, 4, 1))

    def test_the_scheduled_task_tells_on_open_days_only(
        self, executing: Plan, maebashi: Municipality
    ) -> None:
        for day, expected in ((date(2027, 3, 27), 0), (date(2027, 3, 29), 1), (date(2027, 3, 30), 1)):
            with _on(day):
                remind_members.apply(headers=HOUSEKEEPING)
            assert len(told(maebashi)) == expected

    @pytest.mark.parametrize("end", [SystemExit, RuntimeError])
    def test_ended_half_way_and_run_again(
        self,
        executing: Plan,
        maebashi: Municipality,
        takasaki: Municipality,
        adopter: Any,
        staff: Callable[..., Any],
        end: type[BaseException],
    ) -> None:
        """Killed, or failing at the first member: nobody is told twice, nobody is left out."""
        _carried_out_elsewhere(executing, takasaki, adopter, staff(takasaki, "approver"))
        places, seen = (maebashi, takasaki), []

        def ends(**given: Any) -> int:
            count = remind_of_deadlines(**given)
            seen.append(context.require_municipality())
            if len(seen) == (2 if end is SystemExit else 1):
                raise end
            return count

        with _on(date(2027, 3, 29)):
            with patch("shared_plans.tasks.remind_of_deadlines", ends), pytest.raises((end, ExceptionGroup)):
                remind_members.apply(headers=HOUSEKEEPING, throw=True)
            assert sorted(len(told(place)) for place in places) == [0, 1]
            assert set(seen) == {place.pk for place in places}
            for _run in range(2):
                remind_members.apply(headers=HOUSEKEEPING, throw=True)
                assert [len(told(place)) for place in places] == [1, 1]


def _carried_out_elsewhere(plan: Plan, place: Municipality, editor: Any, approver: Any) -> None:
    """An adopter's copy, under execution there."""
    with context.tenant(plan.municipality_id):
        source = PlanRevision.objects.get(plan=plan)
    copy, _adoption = adopt(source, editor, place)
    publish(copy, editor, approver, place)
    with acting(approver, place) as by:
        enter_phase(by=by, plan=copy, turn=Turn.START, since=timezone.localdate(), reason="予算の成立")


class _on:
    """On another day, at noon."""

    def __init__(self, day: date) -> None:
        moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        self.patched = patch("django.utils.timezone.now", return_value=moment)

    def __enter__(self) -> None:
        self.patched.start()

    def __exit__(self, *_error: object) -> None:
        self.patched.stop()
