"""Attesting: one clerk prepares, another confirms, and only then it counts. The same way back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.jobs.queue import enqueue
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.context import require_municipality
from identity.domain.attestation import ATTESTABLE, UNSAID, RowProblem, term_problem
from identity.domain.attributes import Attribute
from identity.labels import row_problem
from identity.models import (
    Attestation,
    AttestationBatch,
    AttestationRow,
    BatchState,
    Citizen,
    CitizenStatus,
    Residence,
    RevocationReason,
)
from identity.notices import ATTESTATION_REVOKED, ATTESTED, notice, tell_many
from identity.permissions import IdentityPermission
from identity.queries.attestations import resolve
from identity.queries.standing import in_force

CHECK, APPLY = "identity.tasks.check_attestations", "identity.tasks.apply_attestations"
CHUNK = 2_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is attested. institution: on whose word, blank for the municipality's own."""

    attribute: Attribute
    title: str
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file. key, namesake_key: as in AttestationRow. column: at fault, where there is one."""

    number: int
    key: str = ""
    namesake_key: str = ""
    starts_on: date | None = None
    until: date | None = None
    problem: RowProblem | None = None
    column: str = ""


@action(IdentityPermission.ATTEST)
def prepare_attestation(
    *, by: Actor, citizen: Citizen, statement: Statement, starts_on: date, until: date
) -> AttestationBatch:
    """For one resident of the own municipality. Raises ValidationError `status`, or the term's RowProblem."""
    problem = term_problem(ATTESTABLE[statement.attribute], starts_on, until, timezone.localdate())
    if problem:
        raise ValidationError(str(row_problem(problem)), code=problem)
    if citizen.status != CitizenStatus.ACTIVE:
        raise ValidationError(_("このデジタルIDは有効ではありません。"), code="status")
    batch = _batch(by, statement, state=BatchState.PREPARED, total=1, found=1)
    AttestationRow(
        batch=batch, number=1, key="", subject_id=citizen.pk, starts_on=starts_on, until=until
    ).save(force_insert=True)
    record(by=by, action="attestation.prepared", target=batch, detail=_detail(batch))
    return batch


@action(IdentityPermission.ATTEST)
def prepare_attestations(*, by: Actor, statement: Statement, lines: Iterable[Line]) -> AttestationBatch:
    """Take a file's lines in as they come, and have them compared with the residents by a job.

    Whatever `lines` raises undoes all of it. Raises ValidationError `empty`.
    """
    batch = _batch(by, statement, state=BatchState.CHECKING)
    total = 0
    for chunk in _chunks(lines):
        AttestationRow.objects.bulk_create([_row(batch, line) for line in chunk])
        total += len(chunk)
    if not total:
        raise ValidationError(_("ファイルに対象者の行がありません。"), code="empty")
    batch.total = total
    batch.save(update_fields=["total"])
    record(by=by, action="attestation.prepared", target=batch, detail=_detail(batch))
    enqueue(by=by, kind=CHECK, run_key=f"attest:check:{batch.pk}", arguments={"batch": str(batch.pk)})
    return batch


@action(kinds=(ActorKind.SYSTEM,))
def check_rows(*, by: Actor, batch_id: UUID, after: int) -> int | None:
    """Find the people of the next lines; the last line's number, None when there are no more.

    Done again it finds the same. The lines that are left then decide what becomes of the batch.
    """
    rows = _rows_of(batch_id, after)
    if rows:
        resolve(rows)
        _write(rows)
        return int(rows[-1].number)
    _settle(by, batch_id)
    return None


def _write(rows: Sequence[AttestationRow]) -> None:
    """In one statement of three arrays: `bulk_update` makes a condition for each row, and takes minutes."""
    columns = zip(*((row.pk, str(row.problem), row.subject_id) for row in rows), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_attestationrow r SET problem = u.problem, subject_id = u.subject_id"
            " FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS u (id, problem, subject_id)"
            " WHERE r.id = u.id",
            [list(column) for column in columns],
        )


def _settle(by: Actor, batch_id: UUID) -> None:
    batch = AttestationBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.CHECKING:
        return
    _mark_repeated(batch)
    skipped = Q(problem=UNSAID)
    counted = AttestationRow.objects.filter(batch=batch).aggregate(
        found=Count("id", filter=Q(problem="")),
        skipped=Count("id", filter=skipped),
        faulty=Count("id", filter=~skipped & ~Q(problem="")),
    )
    batch.found, batch.skipped, batch.faulty = counted["found"], counted["skipped"], counted["faulty"]
    batch.state = BatchState.FAULTY if batch.faulty else BatchState.PREPARED
    batch.save(update_fields=["found", "skipped", "faulty", "state"])
    record(by=by, action="attestation.checked", target=batch, detail=_detail(batch))


def _mark_repeated(batch: AttestationBatch) -> None:
    """One person in two lines: the clerk has to say which one is meant. Two equal lines are told of nobody's
    digital ID, either: they are a mistake whomever they mean."""
    compared = AttestationRow.objects.filter(batch=batch, problem__in=["", UNSAID])
    for same in ("key", "subject_id"):
        named = compared.exclude(**{same: "" if same == "key" else None})
        twice = named.values(same).annotate(lines=Count("id")).filter(lines__gt=1).values(same)
        named.filter(**{f"{same}__in": list(twice.values_list(same, flat=True))}).update(
            problem=RowProblem.REPEATED
        )


@action(IdentityPermission.ATTEST)
def confirm_attestations(*, by: Actor, batch: AttestationBatch) -> AttestationBatch:
    """The second clerk. Raises ValidationError `four_eyes`, `state`."""
    batch = _locked(batch, BatchState.PREPARED)
    _four_eyes(by, batch.prepared_by, batch.prepared_persons)
    batch.confirmed_by, batch.confirmed_by_name = UUID(by.id), by.label
    batch.confirmed_at, batch.state = timezone.now(), BatchState.APPLYING
    batch.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at", "state"])
    record(by=by, action="attestation.confirmed", target=batch, detail=_detail(batch))
    if batch.total == 1:
        _apply(batch, _rows_of(batch.pk, 0))
        _finish(batch)
    else:
        enqueue(by=by, kind=APPLY, run_key=f"attest:apply:{batch.pk}", arguments={"batch": str(batch.pk)})
    return batch


@action(IdentityPermission.ATTEST)
def decline_attestations(*, by: Actor, batch: AttestationBatch) -> AttestationBatch:
    """By anybody who may attest, also who prepared it: nothing of it has counted. Raises `state`."""
    batch = _locked(batch, BatchState.CHECKING, BatchState.PREPARED, BatchState.FAULTY)
    batch.state = BatchState.DECLINED
    batch.save(update_fields=["state"])
    AttestationRow.objects.filter(batch=batch).delete()
    record(by=by, action="attestation.declined", target=batch, detail=_detail(batch))
    return batch


@action(kinds=(ActorKind.SYSTEM,))
def apply_rows(*, by: Actor, batch_id: UUID, after: int) -> int | None:
    """Issue the next lines of a confirmed batch; the last line's number, None when all are issued."""
    batch = AttestationBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.APPLYING:
        return None
    rows = _rows_of(batch_id, after)
    if rows:
        _apply(batch, rows)
        return int(rows[-1].number)
    _finish(batch)
    record(by=by, action="attestation.issued", target=batch, detail=_detail(batch))
    return None


def _apply(batch: AttestationBatch, rows: Sequence[AttestationRow]) -> None:
    """Who moved away since the check is left out, and so is a line that was issued before."""
    people = [row.subject_id for row in rows if not row.problem]
    still = Residence.objects.filter(in_force(), municipality_id=batch.municipality_id, citizen__in=people)
    here = set(still.values_list("citizen_id", flat=True))
    issued = [_attestation(batch, row) for row in rows if not row.problem and row.subject_id in here]
    Attestation.objects.bulk_create(issued, ignore_conflicts=True)
    tell_many([notice(one.citizen_id, ATTESTED, once=f"attested:{batch.pk}") for one in issued])


def _attestation(batch: AttestationBatch, row: AttestationRow) -> Attestation:
    assert row.subject_id and row.starts_on and row.until  # noqa: S101  # a line without a problem
    return Attestation(
        citizen_id=row.subject_id,
        municipality_id=batch.municipality_id,
        batch_id=batch.pk,
        number=row.number,
        attribute=batch.attribute,
        value=ATTESTABLE[Attribute(batch.attribute)].value,
        institution=batch.institution,
        starts_on=row.starts_on,
        until=row.until,
    )


def _finish(batch: AttestationBatch) -> None:
    batch.found = Attestation.objects.filter(batch_id=batch.pk).count()
    batch.skipped = batch.total - batch.found
    batch.state = BatchState.ISSUED
    batch.save(update_fields=["found", "skipped", "state"])
    AttestationRow.objects.filter(batch=batch).delete()


@action(IdentityPermission.ATTEST)
def ask_to_revoke(
    *, by: Actor, batch: AttestationBatch, reason: RevocationReason, row: int = 0
) -> AttestationBatch:
    """One line of an issued batch, or (0) all of it; nothing ends before another clerk confirms.

    Raises ValidationError `state`, `pending`, `row`.
    """
    batch = _locked(batch, BatchState.ISSUED)
    if batch.revoke_row is not None:
        raise ValidationError(_("別の取消しが確認を待っています。"), code="pending")
    if row and not Attestation.objects.filter(batch_id=batch.pk, number=row, revoked_at=None).exists():
        raise ValidationError(_("この証明は見つからないか、既に取り消されています。"), code="row")
    batch.revoke_row, batch.revoke_reason = row, reason
    batch.revoke_asked_by, batch.revoke_asked_by_name = UUID(by.id), by.label
    batch.revoke_asked_persons = sorted(by.persons)
    _save_revocation(batch)
    detail = {**_detail(batch), "row": row, "reason": reason}
    record(by=by, action="attestation.revocation_asked", target=batch, detail=detail)
    return batch


@action(IdentityPermission.ATTEST)
def confirm_revocation(*, by: Actor, batch: AttestationBatch) -> AttestationBatch:
    """At once: the next disclosure has it no more. Raises ValidationError `state`, `four_eyes`."""
    batch = _revocation(batch)
    _four_eyes(by, batch.revoke_asked_by, batch.revoke_asked_persons)
    live = Attestation.objects.filter(batch_id=batch.pk, revoked_at=None)
    if batch.revoke_row:
        live = live.filter(number=batch.revoke_row)
    row, reason, people = (
        batch.revoke_row,
        batch.revoke_reason,
        list(live.values_list("citizen_id", flat=True)),
    )
    ended = live.update(revoked_at=timezone.now(), revocation_reason=reason)
    _tell_revoked(batch, people)
    if not batch.revoke_row or not Attestation.objects.filter(batch_id=batch.pk, revoked_at=None).exists():
        batch.state = BatchState.REVOKED
    _forget_revocation(batch)
    detail = {**_detail(batch), "row": row, "reason": reason, "ended": ended}
    record(by=by, action="attestation.revoked", target=batch, detail=detail)
    return batch


@action(IdentityPermission.ATTEST)
def withdraw_revocation(*, by: Actor, batch: AttestationBatch) -> AttestationBatch:
    """It stays as it is. Raises ValidationError `state`."""
    batch = _revocation(batch)
    _forget_revocation(batch)
    record(by=by, action="attestation.revocation_withdrawn", target=batch, detail=_detail(batch))
    return batch


def _tell_revoked(batch: AttestationBatch, people: list[UUID]) -> None:
    """Those who live here; who moved away has lost it by that, and is no longer ours to write to."""
    here = Residence.objects.filter(in_force(), municipality_id=batch.municipality_id)
    for some in _chunks(people):
        found = here.filter(citizen__in=some).values_list("citizen_id", flat=True)
        tell_many([notice(one, ATTESTATION_REVOKED, once=f"unattested:{batch.pk}") for one in found])


def _revocation(batch: AttestationBatch) -> AttestationBatch:
    batch = _locked(batch, BatchState.ISSUED)
    if batch.revoke_row is None:
        raise ValidationError(_("確認を待つ取消しはありません。"), code="state")
    return batch


def _forget_revocation(batch: AttestationBatch) -> None:
    batch.revoke_row, batch.revoke_reason = None, ""
    batch.revoke_asked_by, batch.revoke_asked_by_name, batch.revoke_asked_persons = None, "", []
    _save_revocation(batch)


def _save_revocation(batch: AttestationBatch) -> None:
    asked = ["revoke_asked_by", "revoke_asked_by_name", "revoke_asked_persons"]
    names = ["state", "revoke_row", "revoke_reason", *asked]
    batch.save(update_fields=names)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _batch(by: Actor, statement: Statement, **values: object) -> AttestationBatch:
    batch = AttestationBatch(
        municipality_id=require_municipality(),
        attribute=statement.attribute,
        title=statement.title,
        institution=statement.institution,
        prepared_by=UUID(by.id),
        prepared_by_name=by.label,
        prepared_persons=sorted(by.persons),
        **values,
    )
    batch.save(force_insert=True)
    return batch


def _row(batch: AttestationBatch, line: Line) -> AttestationRow:
    return AttestationRow(
        municipality_id=batch.municipality_id,
        batch_id=batch.pk,
        number=line.number,
        key=line.key,
        namesake_key=line.namesake_key,
        starts_on=line.starts_on,
        until=line.until,
        problem=line.problem or "",
        column=line.column,
    )


def _rows_of(batch_id: UUID, after: int) -> list[AttestationRow]:
    return list(AttestationRow.objects.filter(batch=batch_id, number__gt=after).order_by("number")[:CHUNK])


def _locked(batch: AttestationBatch, *states: BatchState) -> AttestationBatch:
    held: AttestationBatch = AttestationBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state not in states:
        raise ValidationError(_("ほかの職員が先に処理しました。今の状態を確かめてください。"), code="state")
    return held


def _four_eyes(by: Actor, first: UUID | None, persons: list[str]) -> None:
    if by.is_among(first, persons):
        raise ValidationError(_("準備した職員とは別の職員が確認してください。"), code="four_eyes")


def _detail(batch: AttestationBatch) -> dict[str, object]:
    """How many matched is told once they have it: before, a file of a few lines would ask who is enrolled."""
    decided = batch.state in {BatchState.ISSUED, BatchState.REVOKED}
    counts = {"found": batch.found} if decided else {}
    return {"attribute": batch.attribute, "rows": batch.total, **counts}
