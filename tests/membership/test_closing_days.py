"""A municipality's own 休庁日: who names them, what is refused, what is written down."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime

from consortium.audit.models import Event
from consortium.domain.calendar import add_open_days, next_open
from consortium.membership.actions import add_closing_day, invite_staff, remove_closing_day
from consortium.membership.closing_days import closing_days, end_of_open_day, expiry
from consortium.membership.models import ClosingDay, StaffInvitation, today
from consortium.tenancy import context

pytestmark = pytest.mark.django_db
PAGE = "/m/102016/closing-days/"


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def working_day():
    return next_open(today() + timedelta(days=10))


def parts(day):
    return {"day_year": day.year, "day_month": day.month, "day_day": day.day}


def test_is_named_shown_and_taken_back(client_for, administrator, maebashi, takasaki, working_day):
    client = client_for(administrator)
    answer = client.post(PAGE, {**parts(working_day), "reason": "市制施行記念日"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "市制施行記念日" in answer.content.decode()
    with context.tenant(takasaki.pk):
        assert closing_days() == frozenset()
    with context.tenant(maebashi.pk):
        assert closing_days() == {working_day}
        closing = ClosingDay.objects.get()
    client.post(f"{PAGE}{closing.pk}/remove/")
    with context.tenant(maebashi.pk):
        assert closing_days() == frozenset()
        written = list(Event.objects.filter(action__startswith="closing_day.").order_by("id"))
        assert [one.action for one in written] == ["closing_day.added", "closing_day.removed"]


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "range"), (900, "range"), ("sunday", "closed"), ("twice", "taken")]
)
def test_refused(administrator, maebashi, acting, working_day, days, code):
    sunday = working_day + timedelta(days=6 - working_day.weekday())
    chosen = {"sunday": sunday, "twice": working_day}
    day = chosen[days] if isinstance(days, str) else today() + timedelta(days=days)
    with acting(administrator, maebashi) as actor:
        add_closing_day(by=actor, day=working_day, reason="停電")
        with pytest.raises(ValidationError) as refused:
            add_closing_day(by=actor, day=day, reason="停電")
    assert refused.value.error_dict["day"][0].code == code


@pytest.mark.parametrize("count", [1, 3])
def test_deadlines_give_way_to_them(administrator, maebashi, takasaki, acting, working_day, count):
    """And in no other municipality."""
    days = (working_day - today()).days
    with acting(administrator, maebashi) as actor:
        for _nth in range(count):
            closed = next_open(working_day, closing_days())
            add_closing_day(by=actor, day=closed, reason="停電")
        assert expiry(days).date() == next_open(closed + timedelta(days=1))
        first = add_open_days(today(), 1)
        if not ClosingDay.objects.filter(day=first).exists():
            add_closing_day(by=actor, day=first, reason="停電")
        assert end_of_open_day(1).date() == add_open_days(today(), 2)
    with context.tenant(takasaki.pk):
        assert expiry(days).date() == working_day
    with context.secretariat():
        assert expiry(days).date() == working_day, "those of the law alone"


def test_an_invitation_lasts_over_them(administrator, maebashi, acting, settings):
    last = next_open(today() + timedelta(days=settings.INVITATION_DAYS))
    with acting(administrator, maebashi) as actor:
        add_closing_day(by=actor, day=last, reason="停電")
        invite_staff(by=actor, email="new@staff.example", name="新任", role="editor")
        until = localtime(StaffInvitation.objects.get().expires_at).date()
    assert until == next_open(last + timedelta(days=1))


def test_past_ones_stay(administrator, maebashi, acting):
    with acting(administrator, maebashi) as actor:
        past = ClosingDay(day=date(2026, 6, 1), reason="停電")
        past.save()
        with pytest.raises(ValidationError):
            remove_closing_day(by=actor, closing=past)
        assert closing_days() == {past.day}


def test_without_an_entry_in_the_log_nothing_is_named(
    administrator, maebashi, acting, working_day, monkeypatch
):
    def broken(**given):
        raise RuntimeError

    monkeypatch.setattr("consortium.membership.actions.closing_days.record", broken)
    with acting(administrator, maebashi) as actor:
        with pytest.raises(RuntimeError):
            add_closing_day(by=actor, day=working_day, reason="停電")
        assert closing_days() == frozenset()
