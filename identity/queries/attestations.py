"""Whom the lines of a file mean, what waits for a second clerk, and what is attested about one resident."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from consortium.tenancy.context import require_municipality
from identity.domain.attestation import UNSAID, RowProblem
from identity.domain.receipt import LENGTH
from identity.models import (
    Attestation,
    AttestationBatch,
    AttestationRow,
    BatchState,
    Citizen,
    CitizenStatus,
    Residence,
)
from identity.models.citizen import RECEIPT

from .counter import find as counter_find
from .standing import in_force


def resolve(rows: Sequence[AttestationRow]) -> None:
    """Write into each line who is meant, or why nobody is. In two statements, whatever their number."""
    open_ = [row for row in rows if row.problem in {"", *_FOUND_HERE}]
    by_index = [row for row in open_ if len(row.key) != LENGTH]
    by_receipt = [row for row in open_ if len(row.key) == LENGTH]
    people = _by_index([key for row in by_index for key in (row.key, row.namesake_key) if key])
    for row in by_index:
        _decide(row, [*people.get(row.key, ()), *people.get(row.namesake_key, ())])
    homes = _by_receipt([row.key for row in by_receipt])
    for row in by_receipt:
        _decide(row, homes.get(row.key, []))


_FOUND_HERE = frozenset({RowProblem.UNMATCHED, RowProblem.AMBIGUOUS})
"""Problems that only the comparison with the residents finds: compared again, they are found again."""
Found = tuple[UUID, bool]
"""Who is meant, and whether she can have it."""


def _decide(row: AttestationRow, found: Sequence[Found]) -> None:
    row.subject_id, row.problem = None, ""
    if len(found) > 1:
        row.problem = RowProblem.AMBIGUOUS
    elif not found or not found[0][1]:
        row.problem = RowProblem.UNMATCHED
    else:
        row.subject_id = found[0][0]


def _by_index(keys: Sequence[str]) -> Mapping[str, list[Found]]:
    """Policies show those who live here today: anybody else is unknown. So is whose reading only she herself
    has said: by another's reading she would get what is another's."""
    found: dict[str, list[Found]] = defaultdict(list)
    people = Citizen.objects.filter(person_index__in=keys, reading_proofed=True)
    for index, citizen_id, status in people.values_list("person_index", "pk", "status"):
        found[index].append((citizen_id, status == CitizenStatus.ACTIVE))
    return found


def _by_receipt(numbers: Sequence[str]) -> Mapping[str, list[Found]]:
    homes = Residence.objects.annotate(receipt=RECEIPT).filter(
        in_force(), municipality_id=require_municipality(), receipt__in=numbers
    )
    living = list(homes.values_list("receipt", "citizen_id"))
    active = _active([citizen_id for _receipt, citizen_id in living])
    found: dict[str, list[Found]] = defaultdict(list)
    for receipt, citizen_id in living:
        found[receipt].append((citizen_id, citizen_id in active))
    return found


def _active(people: Sequence[UUID]) -> set[UUID]:
    found = Citizen.objects.filter(pk__in=people, status=CitizenStatus.ACTIVE)
    return set(found.values_list("pk", flat=True))


def batches() -> QuerySet[AttestationBatch]:
    found: QuerySet[AttestationBatch] = AttestationBatch.objects.all()
    return found


def batch(batch_id: UUID) -> AttestationBatch | None:
    found: AttestationBatch | None = AttestationBatch.objects.filter(pk=batch_id).first()
    return found


def only_subject(found: AttestationBatch) -> UUID | None:
    """Whom a decision on one person is about, else None. Lines go after a while, what was issued stays.

    The line of a file names nobody before it is issued: that somebody is meant would tell that she is here.
    """
    if found.total != 1:
        return None
    rows = AttestationRow.objects.filter(batch=found, key="").exclude(subject_id=None)
    issued = Attestation.objects.filter(batch_id=found.pk)
    one: UUID | None = (
        rows.values_list("subject_id", flat=True).first()
        or issued.values_list("citizen_id", flat=True).first()
    )
    return one


def term(batch_id: UUID) -> tuple[date, date] | None:
    """The first and the last day of any line, as long as the lines are kept."""
    rows = AttestationRow.objects.filter(batch=batch_id)
    found = rows.aggregate(starts_on=Min("starts_on"), until=Max("until"))
    return (found["starts_on"], found["until"]) if found["starts_on"] and found["until"] else None


def problem_rows(batch_id: UUID) -> QuerySet[AttestationRow]:
    """Lines that have to be mended; which lines matched nobody is not told."""
    rows = AttestationRow.objects.filter(batch=batch_id)
    found: QuerySet[AttestationRow] = rows.exclude(problem__in=["", UNSAID])
    return found.order_by("number")


def find(receipt: str, kana: str, birth_date: date | None) -> list[Citizen]:
    """Residents who live here today, by number or by reading and day of birth."""
    if not receipt:
        return counter_find(kana, birth_date) if birth_date else []
    homes = Residence.objects.annotate(receipt=RECEIPT).filter(
        in_force(), municipality_id=require_municipality(), receipt=receipt
    )
    return list(Citizen.objects.filter(pk__in=list(homes.values_list("citizen_id", flat=True))))


def waiting() -> QuerySet[AttestationBatch]:
    """For a second clerk: to be issued, or to be revoked."""
    found: QuerySet[AttestationBatch] = AttestationBatch.objects.filter(
        Q(state=BatchState.PREPARED) | Q(state=BatchState.ISSUED, revoke_row__isnull=False)
    )
    return found.order_by("prepared_at")


def attested_here(citizen_id: UUID) -> list[Attestation]:
    """What the own municipality has attested about a resident, newest first."""
    found = Attestation.objects.filter(citizen=citizen_id, municipality_id=require_municipality())
    return list(found.order_by("-issued_at"))
