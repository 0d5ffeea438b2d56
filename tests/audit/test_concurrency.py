"""Several sealers at once: one chain, no row sealed twice."""

from threading import Thread

import pytest
from django.db import connection

from consortium.audit import seal
from consortium.audit.models import Event, Seal
from consortium.audit.record import record
from consortium.audit.verify import verify
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor

pytestmark = pytest.mark.django_db(transaction=True)


def test_sealers_do_not_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 3)
    with context.secretariat():
        for _event in range(60):
            record(by=system_actor("test"), action="test.done")
    sealed: list[int] = []

    def work() -> None:
        try:
            sealed.append(seal.seal_all())
        finally:
            connection.close()

    threads = [Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed.append(seal.seal_all())
    with context.worker():
        assert sum(sealed) == Event.objects.count()
        assert Seal.objects.filter(log="audit.event", stream="consortium").count() >= 20
        assert not [one.broken for one in verify() if one.broken]
