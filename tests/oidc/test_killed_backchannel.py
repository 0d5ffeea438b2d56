"""kill -9 for the worker while a service keeps it waiting: every notice arrives, none but that one twice."""

import os
from collections import Counter
from pathlib import Path

import pytest

from consortium.tenancy import context
from identity.actions.logouts import DELIVER
from identity.backchannel import EVENT
from identity.models import LogoutNotice, LogoutState
from services.models import RelyingParty
from tests.jobs import processes
from tests.jobs.processes import until

from .receiver import receiving
from .support import Service, jwt_claims

pytestmark = [
    pytest.mark.worker,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]
MANY = 12


def undelivered() -> int:
    with context.worker():
        return LogoutNotice.objects.exclude(state=LogoutState.DELIVERED).count()


def test_notices_survive_kill_9(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_LEASE_SECONDS", "2")
    monkeypatch.setenv("DEMO", "1")  # services on this machine may be told
    with receiving() as receiver, processes.running(tmp_path) as started:
        with context.secretariat():
            RelyingParty.objects.filter(pk=service.party.pk).update(backchannel_logout_uri=receiver.uri)
        receiver.go_on.clear()
        with context.person(None):
            for number in range(MANY):
                LogoutNotice(
                    client_id=service.party.client_id,
                    subject=f"s{number}",
                    sid=f"sid{number}",
                    cause="signed_out",
                ).save(force_insert=True)
        until(lambda: bool(receiver.tokens), 60, f"the first notice ({DELIVER})")
        started["worker"].kill()
        receiver.go_on.set()
        started["worker"].restart()
        until(lambda: undelivered() == 0, 60, "telling the rest")
        heard = Counter(jwt_claims(token)["sid"] for token in receiver.tokens)
        assert len(heard) == MANY and set(jwt_claims(receiver.tokens[0])["events"]) == {EVENT}
        assert [count for count in heard.values() if count > 1] == [2]
