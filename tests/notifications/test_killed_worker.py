"""kill -9 for the worker among two hundred mails to a real server: all arrive, none twice outside the window.

The window lies between the server's acceptance and our mark of it (docs/adr/0015-notices-and-the-outbox.md).
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from consortium.membership.notices import ROLE_CHANGED
from consortium.notifications.announce import notify
from consortium.notifications.audience import people
from consortium.notifications.models import Mail, MailState
from consortium.notifications.post import Letter, post
from consortium.tenancy import context
from tests.jobs import processes
from tests.jobs.processes import until
from tests.notifications import mail_server
from tests.notifications.mail_server import MailServer

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]
MANY = 200
REFUSED = "gone@maebashi.example"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server.running() as started:
        monkeypatch.setenv("EMAIL_URL", started.url)
        monkeypatch.setenv("EMAIL_FILE_PATH", "")
        monkeypatch.setenv("JOB_LEASE_SECONDS", "3")
        yield started


def put(address: str) -> None:
    post(Letter(address, "件名", "本文です。"), kind="trial")


def in_state(*states: str) -> set[str]:
    with context.worker():
        return {str(pk) for pk in Mail.objects.filter(state__in=states).values_list("pk", flat=True)}


def are_done() -> bool:
    return not in_state(MailState.QUEUED, MailState.SENDING)


def test_mails_survive_kill_9(server, tmp_path: Path, maebashi, staff):
    reader = staff(maebashi, "approver")
    server.refuse.add(REFUSED)
    with processes.running(tmp_path) as started:
        worker = started["worker"]
        with context.person(None):
            put(REFUSED)
            for number in range(MANY):
                put(f"person{number}@maebashi.example")
        until(lambda: len(server.taken) > MANY // 4, 60, "sending the first mails")
        worker.stop()
        in_flight = in_state(MailState.SENDING)
        assert len(in_flight) <= 1
        assert in_state(MailState.QUEUED), "killed too late to show anything"
        worker.kill()
        worker.restart()
        until(are_done, 60, "sending the rest")
        counted = Counter(server.ids)
        assert len(in_state(MailState.SENT)) == len(counted) == MANY
        assert {pk for pk, times in counted.items() if times > 1} <= in_flight
        assert len(in_state(MailState.DEAD)) == 1

        the_window(server, worker)
        from_commit_to_mailbox(server, maebashi, reader)


def the_window(server: MailServer, worker: processes.Process) -> None:
    """Accepted and not marked: sent again, recognisable by its Message-ID."""
    before = len(server.taken)
    server.hold.set()
    with context.person(None):
        put("window@maebashi.example")
    until(lambda: len(server.taken) > before, 30, "acceptance")
    worker.kill()
    server.hold.clear()
    worker.restart()
    until(are_done, 60, "recovery")
    first, second = server.ids[before:]
    assert first == second


def from_commit_to_mailbox(server: MailServer, maebashi, reader) -> None:
    """A notice wakes the worker; nobody waits for the next tick of the schedule."""
    before = len(server.taken)
    started = time.monotonic()
    with context.tenant(maebashi.pk):
        notify(ROLE_CHANGED, to=people(reader.pk), values={"earlier": "editor", "role": "approver"})
    until(lambda: len(server.taken) > before, 30, "delivery")
    assert time.monotonic() - started < 4
    assert server.taken[-1]["To"] == reader.email
    assert server.taken[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
