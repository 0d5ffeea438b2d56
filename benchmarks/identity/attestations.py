"""Attesting many residents at once: a file taken in, compared and issued, in the steps that the jobs take."""

import resource
import secrets
import time
from collections.abc import Callable, Iterator
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
from identity.models import Attestation, AttestationBatch, Citizen, Residence

CHUNK = 5_000
Step = Callable[..., int | None]
"""An action over some lines, as the jobs take it."""
FARE = Attribute.SUBSIDISED_FARE


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each part, issuing cut off in the middle and begun anew; memory: growth of the process's
    peak, in MB, over all of it."""

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
        _walk(actions.apply_rows, municipality_id, batch.pk, until=residents // 2)
        _walk(actions.apply_rows, municipality_id, batch.pk)
        issued = time.perf_counter()
        _check(municipality_id, batch.pk, residents)
    return Measured(residents, taken - began, checked - taken, issued - checked, _peak() - before)


def _walk(step: Step, municipality_id: int, batch_id: UUID, *, until: int | None = None) -> None:
    """From the first line, as a job does that was cut off. until: cut off behind this line."""
    by = system_actor("benchmark")
    after: int | None = 0
    while after is not None and (until is None or after < until):
        with context.worker(municipality_id):
            after = step(by=by, batch_id=batch_id, after=after)


def _check(municipality_id: int, batch_id: UUID, residents: int) -> None:
    with context.tenant(municipality_id):
        issued = Attestation.objects.filter(batch_id=batch_id).count()
    assert issued == residents, f"{issued} of {residents}"


def _make(municipality_id: int, residents: int, file: IO[bytes]) -> None:
    """Their numbers differ: of 100,000 by chance two would have the same, and the file would be refused."""
    file.write("受付番号\r\n".encode("utf-8-sig"))
    start = secrets.randbelow(2**31)
    for first, size in _sizes(residents):
        people = [UUID(f"{uuid7().hex[:-8]}{start + first + number:08x}") for number in range(size)]
        with context.opened(context.Context("owner")):
            Citizen.objects.bulk_create([_citizen(one) for one in people])
            Residence.objects.bulk_create([_home(one, municipality_id) for one in people])
        file.writelines(f"{receipt_of(one)}\r\n".encode() for one in people)
    file.seek(0)


def _sizes(total: int) -> Iterator[tuple[int, int]]:
    for start in range(0, total, CHUNK):
        yield start, min(CHUNK, total - start)


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
