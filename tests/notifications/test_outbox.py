"""From row to mail server: once, in time, or visibly not at all."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from consortium.audit.models import Event
from consortium.notifications import sending
from consortium.notifications.models import Announcement, Mail, MailState
from consortium.notifications.post import Letter, post
from consortium.notifications.purge import purge
from consortium.notifications.sending import claim, send_due
from consortium.tenancy import context

pytestmark = pytest.mark.django_db
LETTER = Letter("kanri@maebashi.example", "件名", "本文です。")


def put(**values: Any) -> None:
    with context.person(None):
        post(LETTER, kind="trial", **values)


def rows(**filters: Any) -> list[Mail]:
    with context.worker():
        return list(Mail.objects.filter(**filters))


def change(**values: Any) -> None:
    with context.worker():
        Mail.objects.update(**values)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """server(error): from now on the mail server answers with this error; None: it works."""
    answer: list[Exception | None] = [None]
    works = EmailBackend.send_messages

    def send_messages(self: Any, messages: Any) -> int:
        if answer[0]:
            raise answer[0]
        return works(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    def says(error: Exception | None) -> None:
        answer[0] = error

    return says


def refusal(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({LETTER.to: (code, b"kanri@maebashi.example unknown")})


def test_a_mail_as_it_leaves():
    put()
    (row,) = rows()
    assert send_due() == 1
    (message,) = mail.outbox
    assert (message.to, message.subject, message.body) == ([LETTER.to], "件名", "本文です。")
    assert message.from_email.endswith("<no-reply@consortium.example>")
    assert message.message()["Message-ID"] == f"<{row.pk}@localhost>"
    assert message.message()["Auto-Submitted"] == "auto-generated"


def test_nothing_readable_is_kept_and_nothing_at_all_once_sent():
    put()
    assert LETTER.to not in rows()[0].payload
    assert LETTER.text not in rows()[0].payload
    send_due()
    (row,) = rows()
    assert (row.state, row.payload) == (MailState.SENT, "")
    assert send_due() == 0


def test_what_is_rolled_back_is_not_sent():
    with pytest.raises(RuntimeError), transaction.atomic():
        put()
        raise RuntimeError
    assert send_due() == 0


def test_somebody_waiting_comes_first():
    put()
    put(urgent=True)
    send_due(1)
    assert [row.urgent for row in rows(state=MailState.SENT)] == [True]


def test_one_purpose_one_mail():
    put(once="digest:1")
    put(once="digest:1")
    assert send_due() == 1


def test_a_claimed_mail_is_nobody_elses_until_its_lease_is_over():
    put()
    first = claim()
    assert first is not None
    assert claim() is None
    change(lease_until=timezone.now() - timedelta(minutes=5))
    second = claim()
    assert second is not None
    assert second.fencing > first.fencing
    with pytest.raises(sending.LeaseLost):
        sending.sent(first)
    sending.sent(second)
    assert rows()[0].state == MailState.SENT


@pytest.mark.parametrize("error", [refusal(450), smtplib.SMTPDataError(451, b"later")])
def test_a_full_mailbox_is_tried_again_later(server, error):
    put()
    server(error)
    assert send_due() == 1
    (row,) = rows()
    assert (row.state, row.error, row.attempts) == (MailState.QUEUED, error_code(error), 1)
    assert send_due() == 0
    server(None)
    change(due_at=timezone.now())
    assert send_due() == 1
    assert rows()[0].state == MailState.SENT
    assert len(mail.outbox) == 1


def error_code(error: Any) -> str:
    return str(getattr(error, "smtp_code", 450))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected(),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPSenderRefused(550, b"no", "x"),
    ],
)
def test_while_the_server_is_away_nothing_else_is_tried(server, error):
    for _ in range(3):
        put()
    server(error)
    assert send_due() == 1
    assert send_due() == 0
    sending.cache.clear()
    change(due_at=timezone.now())
    server(None)
    assert send_due() == 3
    assert {row.state for row in rows()} == {MailState.SENT}


def test_a_fault_of_ours_does_not_hold_up_the_others(server):
    put()
    server(RuntimeError("x"))
    send_due()
    server(None)
    put()
    assert send_due() == 1
    assert sorted((row.state, row.error) for row in rows()) == [("queued", "internal"), ("sent", "")]


def test_pauses_grow_up_to_an_hour(server):
    put()
    server(refusal(450))
    pauses = []
    for _ in range(9):
        before = timezone.now()
        change(due_at=before)
        send_due()
        pauses.append(round((rows()[0].due_at - before).total_seconds()))
    assert pauses[:4] == [30, 60, 120, 240]
    assert pauses[-1] == 3600


def test_it_is_given_up_after_some_days(server):
    put()
    change(created_at=timezone.now() - timedelta(days=4))
    server(refusal(450))
    send_due()
    assert rows()[0].state == MailState.DEAD


class TestRefused:
    @pytest.fixture(autouse=True)
    def _refused(self, server, maebashi, staff):
        self.administrator = staff(maebashi, "administrator")
        put(municipality_id=maebashi.pk)
        server(refusal(550))
        send_due()
        server(None)

    def test_is_a_dead_letter_at_once(self):
        (row,) = rows()
        assert (row.state, row.error, row.attempts) == (MailState.DEAD, "550", 1)

    def test_the_administrator_is_told_without_the_whole_address(self, maebashi, client_for, mailbox):
        mailbox()
        page = client_for(self.administrator).get("/m/102016/notices/").content.decode()
        assert "k***@maebashi.example宛てのメールを送信できませんでした" in page
        assert LETTER.to not in page

    def test_a_refusal_begets_no_second_one(self):
        with context.worker():
            Announcement.objects.all().delete()
            dead = Mail.objects.get()
            dead.kind = "mail.refused"
            sending.tell_of_refusal(dead)
            assert not Announcement.objects.exists()

    def test_operators_see_it_and_queue_it_again(self, capsys):
        call_command("dead_mail")
        listed = capsys.readouterr().out
        assert "error=550" in listed
        assert LETTER.to not in listed
        call_command("dead_mail", "--requeue", str(rows()[0].pk))
        assert "1 queued again" in capsys.readouterr().out
        with context.worker():
            assert Event.objects.filter(action="mail.requeued").count() == 1
        assert send_due() == 1
        assert mail.outbox[0].to == [LETTER.to]


def test_an_undecipherable_one_is_buried():
    put()
    change(payload="gone")
    send_due()
    assert (rows()[0].state, rows()[0].error) == (MailState.DEAD, "undecipherable")


def test_purge():
    for age, state in ((31, "sent"), (1, "sent"), (31, "dead"), (61, "dead")):
        put()
        with context.worker():
            made = Mail.objects.filter(state="queued")
            made.update(state=state, payload="", ended_at=timezone.now() - timedelta(days=age))
    put()
    assert purge() == 2
    assert sorted(row.state for row in rows()) == ["dead", "queued", "sent"]


class TestRights:
    """What may be done with the outbox before the worker."""

    def test_a_surface_puts_in_and_reads_nothing(self, maebashi):
        for opened in (context.tenant(maebashi.pk), context.person(None), context.secretariat()):
            with opened:
                post(LETTER, kind="trial")
                with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                    list(Mail.objects.values("payload"))
                assert not Mail.objects.values_list("pk").exists()

    def test_nobody_puts_in_what_is_sent_already(self):
        with context.person(None), pytest.raises(Exception, match="row-level"), transaction.atomic():
            Mail(kind="trial", payload="", state="sent").save(force_insert=True)
