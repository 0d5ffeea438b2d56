"""What the counter of one municipality works on. Lists name nobody: opening a record is what is noted."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from identity.domain.receipt import receipt_of
from identity.models import Citizen, CitizenStatus, EnrolmentCode, Proofing, ProofingMethod
from identity.models.person_index import all_indexes

REPROOFED: Final = timedelta(hours=24)
"""How long a repeated proofing may lead to a code."""


@dataclass(frozen=True, slots=True)
class Case:
    """One enrolment. number: what clerks and slip call it by. may_reproof: told of a single case only."""

    citizen_id: UUID
    number: str
    examined_at: datetime
    examined_by: str
    examined_by_id: str
    confirmed_at: datetime | None
    evidence: str
    level: int
    code_expires_at: datetime | None
    enrolled: bool
    may_reproof: bool


def receipt_number(citizen_id: UUID) -> str:
    """Eight characters of the random part, in two groups."""
    tail = receipt_of(citizen_id)
    return f"{tail[:4]}-{tail[4:]}"


def pending() -> list[Case]:
    """Waiting for the second clerk, oldest first."""
    return [_case(row, None) for row in pending_rows()]


def pending_rows() -> QuerySet[Proofing]:
    return _proofings().filter(confirmed_at=None).order_by("examined_at")[:200]


def waiting_for_enrolment() -> list[Case]:
    """Confirmed, and the code not used yet; newest first."""
    rows = list(_proofings().filter(confirmed_at__isnull=False).order_by("-confirmed_at")[:200])
    codes = _codes([row.citizen_id for row in rows])
    newest = {row.citizen_id: row for row in reversed(rows)}
    cases = [_case(row, codes.get(row.citizen_id)) for row in reversed(newest.values())]
    return [case for case in cases if not case.enrolled]


def case(citizen_id: UUID) -> Case | None:
    """Of the newest proofing, however it was made."""
    row = Proofing.objects.filter(citizen=citizen_id, declined_at=None).first()
    if row is None:
        return None
    found = _case(row, _codes([citizen_id]).get(citizen_id))
    return replace(found, may_reproof=row.confirmed_at is not None and not may_issue(citizen_id))


def has_enrolled(citizen_id: UUID) -> bool:
    """Whether a code of hers was ever used."""
    return EnrolmentCode.objects.filter(citizen_id=citizen_id, used_at__isnull=False).exists()


def may_issue(citizen_id: UUID) -> bool:
    """Whether a code may be issued to her: as often as need be before she has enrolled, then once after two
    clerks have seen her for that purpose, within a day."""
    if not has_enrolled(citizen_id):
        return True
    seen = Proofing.objects.filter(
        citizen=citizen_id,
        for_enrolment=True,
        declined_at=None,
        confirmed_at__gt=timezone.now() - REPROOFED,
    )
    last = seen.order_by("-confirmed_at").values_list("confirmed_at", flat=True).first()
    issued = EnrolmentCode.objects.filter(citizen_id=citizen_id, issued_at__gte=last) if last else None
    return issued is not None and not issued.exists()


def find(kana: str, birth_date: date) -> list[Citizen]:
    """Residents of the own municipality with this reading and day of birth."""
    open_ = Citizen.objects.exclude(status=CitizenStatus.CLOSED)
    return list(open_.filter(person_index__in=all_indexes(kana, birth_date)))


def _proofings() -> QuerySet[Proofing]:
    """Made at a counter and not declined."""
    found: QuerySet[Proofing] = Proofing.objects.filter(method=ProofingMethod.COUNTER, declined_at=None)
    return found


def _codes(citizen_ids: list[UUID]) -> dict[UUID, EnrolmentCode]:
    """The newest code of each that was not taken back."""
    found = EnrolmentCode.objects.filter(citizen_id__in=citizen_ids, revoked_at=None).order_by("issued_at")
    return {code.citizen_id: code for code in found}


def _case(row: Proofing, code: EnrolmentCode | None) -> Case:
    open_ = code is not None and code.used_at is None and code.expires_at > timezone.now()
    return Case(
        citizen_id=row.citizen_id,
        number=receipt_number(row.citizen_id),
        examined_at=row.examined_at,
        examined_by=row.examined_by_name,
        examined_by_id=str(row.examined_by),
        confirmed_at=row.confirmed_at,
        evidence=row.get_evidence_display(),
        level=row.level,
        code_expires_at=code.expires_at if code and open_ else None,
        enrolled=_is_enrolled(row, code),
        may_reproof=False,
    )


def _is_enrolled(row: Proofing, code: EnrolmentCode | None) -> bool:
    """By the newest proofing: one made anew after the code was used leads to a new code."""
    if code is None or code.used_at is None:
        return False
    since = max(code.used_at, timezone.now() - REPROOFED)
    return not row.for_enrolment or row.confirmed_at is None or row.confirmed_at <= since
