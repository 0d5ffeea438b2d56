"""Attesting many residents at once: a file taken in, compared and issued, in the steps that the jobs take."""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, system_actor
from consortium.tenancy.models import uuid7
from identity.actions import attestations as actions
from identity.attestation_files import Term, lines
from identity.domain.attestation import ATTESTABLE
from identity.domain.attributes import Attribute
from identity.domain.receipt import receipt_of
from identity.models import AttestationBatch, Citizen, Residence

CHUNK = 5_000
FARE = Attribute.SUBSIDISED_FARE


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each part; memory: growth of the process's peak, in MB, over all of it."""

    rows: int
    take_in: float
    check: float
    issue: float
    memory: float


def bulk_attestation(municipality_id: int, first: Actor, second: Actor, residents: int) -> Measured:
    """first, second: clerks who may attest. Makes the residents, too, which is not measured."""
    with TemporaryFile() as file:
        _make(municipality_id, residents, file)
        before = _peak()
        began = time.perf_counter()
        today = timezone.localdate()
        found = lines(file, ATTESTABLE[FARE], Term(today, today + timedelta(days=365)))
        with context.tenant(municipality_id):
            batch = actions.prepare_attestations(
                by=first, statement=actions.Statement(FARE, "一括"), lines=found
            )
        taken = time.perf_counter()
        _walk(actions.check_rows, municipality_id, batch.pk)
        checked = time.perf_counter()
        with context.tenant(municipality_id):
            actions.confirm_attestations(by=second, batch=AttestationBatch.objects.get(pk=batch.pk))
        _walk(actions.apply_rows, municipality_id, batch.pk)
        issued = time.perf_counter()
    return Measured(residents, taken - began, checked - taken, issued - checked, _peak() - before)


def _walk(step: object, municipality_id: int, batch_id: UUID) -> None:
    assert callable(step)  # an action
    by, after = system_actor("benchmark"), 0
    while after is not None:
        with context.worker(municipality_id):
            after = step(by=by, batch_id=batch_id, after=after)


def _make(municipality_id: int, residents: int, file: IO[bytes]) -> None:
    file.write("受付番号\r\n".encode("utf-8-sig"))
    for size in _sizes(residents):
        people = [uuid7() for _ in range(size)]
        with context.opened(context.Context("owner")):
            Citizen.objects.bulk_create([_citizen(one) for one in people])
            Residence.objects.bulk_create([_home(one, municipality_id) for one in people])
        file.writelines(f"{receipt_of(one)}\r\n".encode() for one in people)


def _sizes(total: int) -> Iterator[int]:
    for start in range(0, total, CHUNK):
        yield min(CHUNK, total - start)


def _citizen(citizen_id: UUID) -> Citizen:
    return Citizen(
        id=citizen_id,
        family_name="架空",
        given_name="花子",
        kana="かくう はなこ",
        birth_date="1955-04-01",
        sex="female",
        address="架空市",
        person_index=citizen_id.hex,
    )


def _home(citizen_id: UUID, municipality_id: int) -> Residence:
    day = timezone.localdate() - timedelta(days=365)
    return Residence(citizen_id=citizen_id, municipality_id=municipality_id, starts_on=day)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
