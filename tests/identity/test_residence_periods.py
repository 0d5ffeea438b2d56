"""Where somebody lived, whatever counters record and in whatever order: periods that never overlap, of which
nothing is rewritten but an open end; and of two counters at the same moment one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from identity.actions.handover import issue_own_code
from identity.actions.life_events import confirm_life_event, prepare_life_event
from identity.actions.moves import confirm_move_in, prepare_move_in
from identity.context import resident as speaking
from identity.domain.enrolment_code import code_hash
from identity.models import Citizen, LifeEvent, Residence
from tests import factories
from tests.isolation.rows import as_owner

from .residents import Counter, make_counter

DAYS = range(-40, 3)
Period = tuple[int, date, date | None]
steps = st.one_of(
    st.tuples(st.just("in"), st.sampled_from([0, 1]), st.sampled_from(DAYS)),
    st.tuples(st.just("out"), st.sampled_from([0, 1]), st.sampled_from(DAYS)),
)


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def code_of(citizen: Citizen) -> str:
    with speaking(citizen.pk) as her:
        return code_hash(issue_own_code(by=her, kind="move"))


def move_in(counter: Counter, citizen: Citizen, on: date) -> None:
    event = prepared(counter, code_of(citizen), on)
    with factories.acting(counter.second, counter.municipality) as actor:
        confirm_move_in(by=actor, event=event)


def prepared(counter: Counter, hashed: str, on: date) -> LifeEvent:
    named = {"moved_on": on, "address": "群馬県架空市本町1番1号", "evidence": "driving_licence"}
    with factories.acting(counter.first, counter.municipality) as actor:
        return prepare_move_in(by=actor, hashed=hashed, **named)


def move_out(counter: Counter, citizen: Citizen, on: date) -> None:
    with factories.acting(counter.first, counter.municipality) as actor:
        found = Citizen.objects.filter(pk=citizen.pk).first()
        if found is None:
            return
        event = prepare_life_event(
            by=actor, citizen=found, kind="move_out", effective_on=on, evidence="notification"
        )
    with factories.acting(counter.second, counter.municipality) as actor:
        confirm_life_event(by=actor, event=event)


def periods(citizen: Citizen) -> dict[Any, Period]:
    with as_owner():
        rows = Residence.objects.filter(citizen=citizen.pk).order_by("starts_on")
        return {row.pk: (row.municipality_id, row.starts_on, row.ends_on) for row in rows}


def check(before: dict[Any, Period], after: dict[Any, Period]) -> None:
    for key, (place, starts, ends) in before.items():
        place_, starts_, ends_ = after[key]  # nothing is ever gone
        assert (place_, starts_) == (place, starts), "rewritten"
        open_then = ends is None or ends > timezone.localdate()
        assert ends_ == ends or open_then, "an end that was reached moved"
    filled = sorted((starts, ends or date.max) for _place, starts, ends in after.values() if ends != starts)
    for (_, ends), (starts, _end) in pairwise(filled):
        assert ends <= starts, "in two places on one day"


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@example(story=[("in", 1, -3), ("in", 0, -2), ("in", 1, -2)])
@example(story=[("out", 0, -1), ("in", 1, -5), ("in", 1, 0)])
@example(story=[("out", 0, 2), ("in", 1, 0), ("in", 0, 0)])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(steps, min_size=2, max_size=6))
def test_periods_never_overlap_and_are_never_rewritten(
    maebashi: Municipality, takasaki: Municipality, story: list[tuple[str, int, int]]
) -> None:
    """And without a gap: whoever moves in directly begins on the day on which the other ends."""
    with undone():
        counters = [make_counter(maebashi), make_counter(takasaki)]
        citizen = counters[0].proofed()
        with as_owner():
            Residence.objects.filter(citizen=citizen).update(starts_on=day(-30))
        for deed, which, offset in story:
            before = periods(citizen)
            open_here = [key for key, (_, _, ends) in before.items() if ends is None]
            try:
                with transaction.atomic():
                    {"in": move_in, "out": move_out}[deed](counters[which], citizen, day(offset))
            except ValidationError:
                assert periods(citizen) == before, "refused, and yet something changed"
                continue
            after = periods(citizen)
            check(before, after)
            made = [after[key] for key in after.keys() - before.keys()]
            if deed == "in" and open_here:
                assert [after[key][2] for key in open_here] == [made[0][1]], "a gap, or two homes"


@pytest.mark.django_db(transaction=True)
def test_of_two_municipalities_at_once_one_takes_her_in(
    maebashi: Municipality, takasaki: Municipality
) -> None:
    """Both have prepared, with the code that she handed to each; both second clerks press at once."""
    old = make_counter(maebashi)
    citizen = old.proofed()
    with as_owner():
        Residence.objects.filter(citizen=citizen).update(starts_on=day(-30))
    others = [make_counter(takasaki), make_counter(factories.municipality("102032"))]
    events = [prepared(one, code_of(citizen), day(0)) for one in others]
    ready = Barrier(2)

    def press(pair: tuple[Counter, LifeEvent]) -> str:
        counter, event = pair
        try:
            ready.wait(20)
            with factories.acting(counter.second, counter.municipality) as actor:
                confirm_move_in(by=actor, event=event)
        except ValidationError as error:
            return str(error.code)
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(press, zip(others, events, strict=True)))
    assert sorted(outcomes)[1:] == ["in"], outcomes
    homes = list(periods(citizen).values())
    assert [ends for _place, _starts, ends in homes].count(None) == 1
    assert len(homes) == 2
    won = others[outcomes.index("in")].municipality
    for counter in (old, *others):
        with context.tenant(counter.municipality.pk):
            assert Citizen.objects.filter(pk=citizen.pk).exists() == (counter.municipality == won)
