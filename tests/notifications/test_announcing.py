"""From an action to inboxes: whom it reaches, whom not, and that it stands or falls with the action."""

from typing import Any

import pytest
from django.db import transaction

from consortium.membership.actions import change_role, end_post, record_security_change
from consortium.membership.models import Membership, StaffPost
from consortium.membership.queries import account_actor
from consortium.notifications.actions import save_preferences
from consortium.notifications.announce import notify, unwatch, watch
from consortium.notifications.audience import holders, holders_in, people, secretaries, watchers
from consortium.notifications.kinds import SECURITY, Channel, Kind
from consortium.notifications.models import Announcement, Mail, Notice, Rhythm
from consortium.notifications.spread import channel_of, spread_announcements
from consortium.tenancy import context
from tests import factories
from tests.notifications.conftest import NOTED, PLANS, QUIET, TOLD

APPROVE = "shared_plans.approve"


def prefer(user: Any, **channels: str) -> None:
    with context.person(user.pk):
        save_preferences(by=account_actor(user), user_id=user.pk, channels=channels, rhythm=Rhythm.DAILY)


def test_holders_of_the_permission_and_nobody_else(
    maebashi, takasaki, staff, stranger, tell, inbox_of, mailbox
):
    approver, editor = staff(maebashi, "approver"), staff(maebashi, "editor")
    elsewhere = staff(takasaki, "approver")
    tell(maebashi, holders(APPROVE))
    sent = mailbox()
    assert inbox_of(stranger) == []
    assert inbox_of(elsewhere, takasaki) == []
    assert inbox_of(editor, maebashi) == []
    assert inbox_of(approver, maebashi) == ["計画"]
    assert [message.to for message in sent] == [[approver.email]]


def test_a_notice_is_seen_by_its_reader_at_its_place_only(maebashi, takasaki, staff, tell, inbox_of):
    both = staff(takasaki, "approver", user=staff(maebashi, "approver"))
    colleague = staff(maebashi, "approver")
    tell(maebashi, people(both.pk))
    spread_announcements()
    assert inbox_of(both, maebashi) == ["計画"]
    assert inbox_of(both, takasaki) == inbox_of(both) == inbox_of(colleague, maebashi) == []


def test_who_did_it_is_not_told(maebashi, staff, inbox_of):
    did, other = staff(maebashi, "approver"), staff(maebashi, "approver")
    with factories.acting(did, maebashi) as by:
        notify(TOLD, to=holders(APPROVE), by=by, values={"title": "計画"})
    spread_announcements()
    assert (inbox_of(did, maebashi), inbox_of(other, maebashi)) == ([], ["計画"])


def test_who_has_left_or_never_served_is_not_told(maebashi, takasaki, staff, tell, inbox_of):
    left, elsewhere = staff(maebashi, "editor"), staff(takasaki, "editor")
    with context.tenant(maebashi.pk):
        post = StaffPost.objects.get(user=left)
        post.ends_on = post.starts_on
        post.save()
    tell(maebashi, people(left.pk, elsewhere.pk))
    spread_announcements()
    assert inbox_of(left, maebashi) == inbox_of(elsewhere, maebashi) == []


def test_the_secretariat_is_told_from_a_municipality_and_by_visitors(maebashi, secretary, inbox_of):
    with context.tenant(maebashi.pk):
        notify(TOLD, to=secretaries("membership.admit"), values={"title": "自治体から"})
    with context.person(None):
        notify(TOLD, to=secretaries("membership.admit"), values={"title": "来訪者から"})
    spread_announcements()
    assert inbox_of(secretary) == ["来訪者から", "自治体から"]


def test_a_municipality_is_told_by_the_secretariat(maebashi, takasaki, staff, inbox_of, tell):
    approver, elsewhere = staff(maebashi, "approver"), staff(takasaki, "approver")
    tell(None, holders_in(maebashi.pk, APPROVE))
    spread_announcements()
    assert (inbox_of(approver, maebashi), inbox_of(elsewhere, takasaki)) == (["計画"], [])


def test_nobody_speaks_in_another_municipality(maebashi, takasaki):
    """The database refuses it, whatever the code asks for."""
    with (
        context.tenant(maebashi.pk),
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
    ):
        notify(TOLD, to=holders_in(takasaki.pk, APPROVE), values={"title": "計画"})


def test_watchers_are_told_each_in_their_own_place(maebashi, takasaki, staff, inbox_of, tell):
    source = staff(maebashi, "editor")
    adopter, colleague = staff(takasaki, "editor"), staff(takasaki, "approver")
    ended = factories.municipality("102032")
    former = staff(ended, "editor")
    left_us, suspended = factories.municipality("102041"), factories.municipality("102059")
    outsiders = [(staff(place, "editor"), place) for place in (left_us, suspended)]
    for place in (takasaki, ended, maebashi, suspended):
        factories.make_member(place)
    with context.secretariat():
        Membership.objects.filter(municipality=suspended).update(standing="suspended")
    for place in (takasaki, ended, maebashi, left_us, suspended):
        with context.tenant(place.pk):
            watch("plan:1", permission="shared_plans.adopt")
            watch("plan:1", permission="shared_plans.adopt")
    with context.tenant(ended.pk):
        unwatch("plan:1")
    tell(maebashi, watchers("plan:1"))
    tell(maebashi, watchers("plan:2"), title="別の計画")
    spread_announcements()
    assert inbox_of(adopter, takasaki) == ["計画"]
    for user, place in ((source, maebashi), (colleague, takasaki), (former, ended), *outsiders):
        assert inbox_of(user, place) == []
    assert left() == 0


def left() -> int:
    with context.worker():
        return Announcement.objects.count()


def test_it_stands_or_falls_with_the_action(maebashi, staff, tell, inbox_of, mailbox):
    approver = staff(maebashi, "approver")
    with pytest.raises(RuntimeError), context.tenant(maebashi.pk):
        notify(TOLD, to=holders(APPROVE), values={"title": "計画"})
        raise RuntimeError
    assert left() == 0
    assert (mailbox(), inbox_of(approver, maebashi)) == ([], [])


def test_a_forgotten_value_is_the_actions_own_error(maebashi):
    with context.tenant(maebashi.pk), pytest.raises(KeyError):
        notify(TOLD, to=holders(APPROVE))


def test_a_fault_in_one_does_not_hold_up_the_others(maebashi, staff, tell, inbox_of):
    approver = staff(maebashi, "approver")
    with context.worker():
        Announcement.objects.create(kind="gone.kind", municipality_id=maebashi.pk, permission=APPROVE)
    tell(maebashi, holders(APPROVE))
    spread_announcements()
    assert inbox_of(approver, maebashi) == ["計画"]
    with context.worker():
        assert [one.failed for one in Announcement.objects.all()] == [True]
    assert spread_announcements() == 0


@pytest.mark.parametrize(
    ("kind", "chosen", "expected"),
    [
        (TOLD, {}, Channel.MAIL),
        (TOLD, {PLANS.key: "digest"}, Channel.DIGEST),
        (TOLD, {PLANS.key: "off"}, Channel.INBOX),
        (NOTED, {}, Channel.INBOX),
        (NOTED, {QUIET.key: "off"}, Channel.OFF),
        (Kind("s", SECURITY, "", ""), {"security": "off"}, Channel.MAIL),
    ],
)
def test_channels(kind, chosen, expected):
    assert channel_of(kind, chosen) == expected


def test_preferences_are_applied(maebashi, staff, tell, inbox_of, mailbox):
    mail, digest, inbox, off = (staff(maebashi, "approver") for _ in range(4))
    prefer(digest, trial="digest", quiet="inbox")
    prefer(inbox, trial="inbox", quiet="mail")
    prefer(off, trial="inbox", quiet="off")
    tell(maebashi, holders(APPROVE))
    tell(maebashi, holders(APPROVE), title="静か", kind=NOTED)
    sent = [message.to[0] for message in mailbox()]
    assert sorted(sent) == sorted([mail.email, inbox.email])
    assert inbox_of(off, maebashi) == ["計画"]
    assert inbox_of(digest, maebashi) == ["静か", "計画"]
    with context.worker():
        assert [one.user_id for one in Mail.objects.filter(state="held")] == [digest.pk]


def test_nothing_that_a_notice_says_is_written_by_its_reader(maebashi, staff, tell):
    approver = staff(maebashi, "approver")
    tell(maebashi, people(approver.pk))
    spread_announcements()
    with context.tenant(maebashi.pk, user_id=approver.pk):
        notice = Notice.objects.get()
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(kind="other")
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            notice.delete()


class TestMembership:
    """What the federation itself tells."""

    @pytest.fixture
    def administrator(self, maebashi, staff):
        return staff(maebashi, "administrator")

    def test_a_changed_role(self, maebashi, staff, administrator, mailbox):
        editor = staff(maebashi, "editor")
        with factories.acting(administrator, maebashi) as by:
            change_role(by=by, post=StaffPost.objects.get(user=editor), role="approver")
        (message,) = mailbox()
        assert message.to == [editor.email]
        assert "「起案者」から「決裁者」" in message.body
        assert "前橋市" in message.body

    def test_an_ended_post_is_told_although_its_holder_has_left(
        self, maebashi, staff, administrator, mailbox
    ):
        editor = staff(maebashi, "editor")
        with factories.acting(administrator, maebashi) as by:
            end_post(by=by, post=StaffPost.objects.get(user=editor))
        (message,) = mailbox()
        assert message.to == [editor.email]
        assert "前橋市での「起案者」" in message.body

    def test_security_in_the_readers_language_and_whatever_she_chose(self, stranger, mailbox):
        stranger.language = "en"
        stranger.save()
        with context.person(stranger.pk):
            record_security_change(by=account_actor(stranger), what="passkey_added")
        (message,) = mailbox()
        assert "A passkey was registered." in message.body
        assert "List-Unsubscribe" not in message.extra_headers
