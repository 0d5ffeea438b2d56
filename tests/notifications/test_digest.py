"""まとめメール: at its hour, once per period, never empty, in the reader's language."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from consortium.membership.models import ClosingDay
from consortium.membership.queries import account_actor
from consortium.notifications.actions import save_preferences
from consortium.notifications.audience import people
from consortium.notifications.digest import send_digests
from consortium.notifications.models import Mail
from consortium.notifications.spread import spread_announcements
from consortium.tenancy import context

TOKYO = ZoneInfo("Asia/Tokyo")


def at(day: int, hour: int = 9) -> datetime:
    """Of May 2026: the 3rd to the 6th are holidays, the 9th is a Saturday."""
    return datetime(2026, 5, day, hour, tzinfo=TOKYO)


@pytest.fixture
def reader(maebashi, staff):
    def make(rhythm="daily", language="ja", place=maebashi):
        user = staff(place, "editor")
        user.language = language
        user.save()
        with context.person(user.pk):
            save_preferences(
                by=account_actor(user), user_id=user.pk, channels={"trial": "digest"}, rhythm=rhythm
            )
        return user

    return make


@pytest.fixture
def held(tell, maebashi):
    """held(user, moment, *titles): notices that wait for a digest since then."""

    def make(user, moment, *titles, place=maebashi):
        for title in titles:
            tell(place, people(user.pk), title=title)
        spread_announcements()
        with context.worker():
            Mail.objects.filter(state="held", user_id=user.pk, created_at__gte=timezone.now() - age).update(
                created_at=moment
            )

    age = timezone.timedelta(minutes=1)
    return make


def test_one_mail_of_all_that_waited(reader, held, mailbox, takasaki, staff):
    user = reader()
    staff(takasaki, "editor", user=user)
    held(user, at(7), "一つめ", "二つめ")
    held(user, at(7), "高崎から", place=takasaki)
    assert send_digests(at(8)) == 1
    (message,) = mailbox()
    assert message.to == [user.email]
    assert message.subject == "お知らせのまとめ(3件)"
    assert message.body.index("「一つめ」 (前橋市)") < message.body.index("「高崎から」 (高崎市)")
    assert "http://localhost:8000/m/102016/" in message.body


def test_once_per_period(reader, held, mailbox):
    user = reader()
    held(user, at(7), "一つめ")
    assert send_digests(at(8)) == 1
    held(user, at(7), "遅れて")
    assert send_digests(at(8, 10)) == 0
    assert send_digests(at(11)) == 1
    assert [message.subject for message in mailbox()] == ["お知らせのまとめ(1件)"] * 2


def test_empty_ones_are_not_sent(reader, mailbox):
    reader()
    assert send_digests(at(8)) == 0
    assert mailbox() == []


def test_what_came_after_the_hour_waits_for_the_next(reader, held):
    user = reader()
    held(user, at(8, 10), "今日のもの")
    assert send_digests(at(8, 11)) == 0
    assert send_digests(at(11)) == 1


@pytest.mark.parametrize(("moment", "due"), [(at(8, 7), 0), (at(9), 0), (at(5), 0), (at(7), 1)], ids=str)
def test_in_the_morning_of_open_days(reader, held, moment, due):
    held(reader(), at(1), "一つめ")
    assert send_digests(moment) == due


def test_weekly_on_the_first_open_day(reader, held):
    held(reader("weekly"), at(1), "一つめ")
    assert send_digests(at(6)) == 0  # a substitute holiday
    assert send_digests(at(8)) == 0  # Friday
    assert send_digests(at(7)) == 1  # Thursday, the first after the holidays


@pytest.fixture
def closed():
    """closed(place, *days of May 2026)"""

    def close(place, *days):
        with context.tenant(place.pk):
            for day in days:
                ClosingDay(day=at(day).date(), reason="停電").save()

    return close


def test_not_on_a_day_on_which_her_office_is_closed(reader, held, closed, maebashi):
    closed(maebashi, 7, 8)
    held(reader(), at(1), "一つめ")
    assert [send_digests(at(day)) for day in (7, 8, 11)] == [0, 0, 1]


def test_weekly_on_the_first_day_on_which_her_office_is_open(reader, held, closed, maebashi, takasaki):
    closed(maebashi, 7)
    closed(takasaki, 7, 8)
    held(reader("weekly"), at(1), "一つめ")
    held(reader("weekly", place=takasaki), at(1), "高崎から", place=takasaki)
    assert [send_digests(at(day)) for day in (7, 8, 11)] == [0, 1, 1]


def test_while_any_of_her_offices_is_open(reader, held, closed, maebashi, takasaki, staff):
    user = reader()
    staff(takasaki, "editor", user=user)
    closed(maebashi, 7)
    held(user, at(1), "一つめ")
    held(user, at(1), "高崎から", place=takasaki)
    assert send_digests(at(7)) == 1


def test_in_the_readers_language(reader, held, mailbox):
    held(reader(language="en"), at(7), "一つめ")
    send_digests(at(8))
    (message,) = mailbox()
    assert message.subject == "Digest: 1 notice"
    assert "These are the notices you have not read yet." in message.body


def test_what_was_read_on_the_screen_is_left_out(reader, held, client_for):
    user = reader()
    held(user, at(7), "一つめ")
    client_for(user).post("/m/102016/notices/", {"read": "all"})
    assert send_digests(at(8)) == 0


def test_who_is_no_longer_active_gets_none(reader, held):
    user = reader()
    held(user, at(7), "一つめ")
    user.is_active = False
    user.save()
    assert send_digests(at(8)) == 0
    with context.worker():
        assert not Mail.objects.exists()
