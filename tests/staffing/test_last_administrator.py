"""A municipality keeps an administrator on every day to come, whoever ends whose post when."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from consortium.membership.actions import change_role, end_post
from consortium.membership.models import StaffPost, User, today
from consortium.membership.queries import current
from consortium.staffing.actions import Change, cancel_change, plan_change
from consortium.staffing.queries import next_first_of_april
from consortium.tenancy import context
from tests import factories

HELD = 0.4
"""Seconds before COMMIT, in which the other transaction gets as far as it can."""
DAY = next_first_of_april()


@pytest.fixture
def first(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def second(staff, maebashi):
    return staff(maebashi, "administrator")


def post_of(user):
    return StaffPost.objects.get(user=user, role="administrator")


def plan(first, municipality, leaver, successor=None, day=DAY):
    with factories.acting(first, municipality) as actor:
        return plan_change(by=actor, change=Change("administrator", day, leaver, successor))


def refusal(action, **values):
    with pytest.raises(ValidationError) as error:
        action(**values)
    return error.value


class TestDaysToCome:
    def test_the_other_cannot_be_ended_whose_successor_leaves(self, acting, first, second, maebashi):
        """Today there is a second administrator; from the day on, nobody would be left."""
        plan(first, maebashi, second)
        with acting(second, maebashi) as actor:
            error = refusal(end_post, by=actor, post=post_of(first))
            assert error.code == "last_administrator" and str(DAY.year) in error.messages[0]
            assert refusal(change_role, by=actor, post=post_of(first), role="editor").code == error.code
            assert post_of(first).ends_on is None

    def test_two_ends_are_not_planned_one_after_the_other(self, first, second, maebashi):
        plan(first, maebashi, first, day=DAY + timedelta(days=30))
        with pytest.raises(ValidationError) as error:
            plan(first, maebashi, second)
        assert "successor" in error.value.message_dict

    def test_a_successor_who_is_needed_is_not_ended(self, acting, first, staff, maebashi):
        successor = staff(maebashi, "editor")
        plan(first, maebashi, first, successor)
        with acting(first, maebashi) as actor:
            refusal(end_post, by=actor, post=post_of(successor))

    def test_a_hand_over_is_cancelled_as_a_whole(self, acting, first, staff, maebashi):
        successor = staff(maebashi, "editor")
        planned = plan(first, maebashi, first, successor)
        with acting(first, maebashi) as actor:
            cancel_change(by=actor, change=planned)
            assert post_of(first).ends_on is None

    def test_who_is_locked_out_does_not_count(self, acting, first, second, maebashi):
        User.objects.filter(pk=second.pk).update(is_active=False)
        with acting(first, maebashi) as actor:
            refusal(end_post, by=actor, post=post_of(first))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def both(self, *deeds: Callable[[], object]) -> list[str]:
        """Each in a thread and a transaction of its own, begun together."""
        ready = Barrier(len(deeds))

        def run(deed: Callable[[], object]) -> str:
            try:
                ready.wait(10)
                deed()
            except ValidationError as error:
                return str(error.code if hasattr(error, "code") else error.message_dict)
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(len(deeds)) as pool:
            return sorted(pool.map(run, deeds))

    def ending(self, by: User, municipality, whose: User) -> Callable[[], object]:
        def deed() -> None:
            with factories.acting(by, municipality) as actor:
                end_post(by=actor, post=post_of(whose))
                time.sleep(HELD)

        return deed

    @pytest.mark.parametrize("is_planned", [False, True])
    def test_two_end_each_other(self, first, second, staff, maebashi, is_planned):
        """Also where the end of both is planned, hand-over to a third arranged."""
        if is_planned:
            plan(first, maebashi, first, staff(maebashi, "editor"))
            plan(first, maebashi, second)
        done = self.both(
            self.ending(first, maebashi, second),
            self.ending(second, maebashi, first),
        )
        assert done == ["done", "last_administrator"]
        with context.tenant(maebashi.pk):
            assert current(StaffPost.objects.filter(role="administrator"), today()).count() == 1

    def test_one_is_ended_while_the_others_end_is_planned(self, first, second, maebashi):
        done = self.both(
            self.ending(first, maebashi, second),
            lambda: plan(first, maebashi, first),
        )
        assert done.count("done") == 1
        with context.tenant(maebashi.pk):
            assert current(StaffPost.objects.filter(role="administrator"), DAY).exists()
