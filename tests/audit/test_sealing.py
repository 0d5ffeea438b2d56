"""Each way of tampering is done as the owner of the tables, and found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from consortium.audit import seal
from consortium.audit import verify as verification
from consortium.audit.models import Event, Seal
from consortium.audit.record import record
from consortium.audit.verify import Verdict, verify
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db
US = system_actor("test")
STREAM = "municipality:10201"


@pytest.fixture
def sealed(maebashi: Municipality) -> list[Event]:
    """Three seals of two events each, and one event that waits."""
    events = []
    for _batch in range(3):
        with context.tenant(maebashi.pk):
            events += [record(by=US, action="test.done", detail={"数": number}) for number in range(2)]
        seal.seal_all()
    with context.tenant(maebashi.pk):
        record(by=US, action="test.done")
    return events


@contextmanager
def owner() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE owner")
        yield
        cursor.execute("RESET ROLE")


def verdict() -> Verdict:
    with context.worker():
        return next(one for one in verify(STREAM) if one.log == "audit.event")


def test_whole_chain_holds(sealed: list[Event]) -> None:
    found = verdict()
    assert (found.broken, found.seals, found.unsealed) == ("", 3, 1)
    assert found.unsealed_since


def test_what_is_sealed_meanwhile_breaks_nothing(
    sealed: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the seals and looking for rows without one."""
    read = verification._with_rows

    def sealing(*asked: Any) -> Any:
        assert seal.seal_all() == 1
        return read(*asked)

    monkeypatch.setattr(verification, "_with_rows", sealing)
    found = verdict()
    assert (found.seals, found.broken) == (3, "")


def test_sealing_again_seals_only_what_is_new(sealed: list[Event]) -> None:
    assert seal.seal_all() == 1
    assert seal.seal_all() == 0
    assert (verdict().seals, verdict().unsealed) == (4, 0)


def test_batches_are_bounded(
    sealed: list[Event], monkeypatch: pytest.MonkeyPatch, maebashi: Municipality
) -> None:
    monkeypatch.setattr(seal, "BATCH", 2)
    with context.tenant(maebashi.pk):
        for _event in range(4):
            record(by=US, action="test.done")
    assert seal.seal_all() == 5
    assert (verdict().seals, verdict().broken) == (6, "")


def test_changed_row_is_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(pk=sealed[2].pk).update(actor_label="別人")
    assert verdict().broken.startswith("seal 2: its digest is not that of rows")


def test_changed_detail_is_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(pk=sealed[0].pk).update(detail={"数": 1})
    assert verdict().broken.startswith("seal 1:")


def test_deleted_row_is_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(pk=sealed[3].pk).delete()
    assert verdict().broken == "seal 2 covers 2 rows, 1 are there"


@pytest.mark.parametrize("number", [1, 2])
def test_deleted_seal_is_found(sealed: list[Event], number: int) -> None:
    with owner():
        Seal._base_manager.filter(number=number).delete()
    assert verdict().broken == f"seal {number} is missing"


def test_deleted_last_seal_is_found(sealed: list[Event]) -> None:
    with owner():
        Seal._base_manager.filter(number=3).delete()
    assert verdict().broken == f"row {min(sealed[4].pk, sealed[5].pk)} names seal 3, which is missing"


def test_rows_deleted_with_their_seal_in_the_middle_are_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(seal_number=2).delete()
        Seal._base_manager.filter(number=2).delete()
    assert verdict().broken == "seal 2 is missing"


def test_nulled_seal_number_is_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(pk=sealed[0].pk).update(seal_number=None)
    assert verdict().broken == "seal 1 covers 2 rows, 1 are there"


def test_row_moved_between_seals_is_found(sealed: list[Event]) -> None:
    with owner():
        Event._base_manager.filter(pk=sealed[1].pk).update(seal_number=2)
    assert verdict().broken.startswith("seal 1 covers 2 rows")


def test_inserted_row_is_found(sealed: list[Event]) -> None:
    with owner():
        event = sealed[2]
        event.pk, event.seal_number = uuid4(), 2
        event.save(force_insert=True)
    assert verdict().broken == "seal 2 covers 2 rows, 3 are there"


def test_resealed_row_breaks_what_follows(sealed: list[Event]) -> None:
    """Whoever changes a row and its seal must also change every later seal."""
    with owner():
        Seal._base_manager.filter(number=1).update(digest="f" * 64)
    assert verdict().broken.startswith("seal 1:")


def test_command_names_the_break_and_fails(sealed: list[Event], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit", stream=STREAM)
    assert "1 rows not sealed yet, the oldest for" in capsys.readouterr().out
    with owner():
        Event._base_manager.filter(pk=sealed[2].pk).update(action="test.undone")
    with pytest.raises(CommandError, match="municipality:10201: seal 2"):
        call_command("verify_audit")


@pytest.mark.parametrize("change", [{"action": "x"}, {"stream": "accounts"}])
def test_the_sealer_may_write_nothing_but_the_number(sealed: list[Event], change: dict[str, str]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), context.worker():
        Event.objects.filter(pk=sealed[0].pk).update(**change)


def test_nobody_deletes_or_changes_seals(sealed: list[Event]) -> None:
    for write in (lambda seals: seals.delete(), lambda seals: seals.update(digest="x")):
        with pytest.raises(DatabaseError), transaction.atomic(), context.worker():
            write(Seal.objects.all())
