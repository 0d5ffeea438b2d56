"""Proofing from afar: a challenge is handed out, its answer proves who somebody is, and a code comes of it.

Nobody is signed in. The login itself keeps the attempt; rows of a resident are written as that resident, whom
the policies let do so in the very transaction that marks the attempt as proved (models.proofing).
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import uuid7
from identity.domain.enrolment_code import code_hash, new_code
from identity.domain.proofing import CHALLENGE_BYTES, Proof, ProofingRefused
from identity.models import (
    Citizen,
    CitizenStatus,
    EnrolmentCode,
    Evidence,
    Proofing,
    ProofingAttempt,
    Residence,
)
from identity.models.person_index import evidence_reference, name_index, person_index
from identity.models.proofing import CODE_VALID, MOST_TRIES
from identity.notices import PROOFED_AGAIN, tell
from identity.queries.personal import person
from identity.queries.places import municipality_named

ENROL: Final = "enrol"
VALID: Final = timedelta(minutes=10)
DIGITS: Final = 6
BY_ANYBODY: Final = (ActorKind.RESIDENT,)


@dataclass(frozen=True)
class Started:
    """challenge: what the card signs, with its context. starter: what only who began may know."""

    attempt: ProofingAttempt
    challenge: bytes = field(repr=False)
    starter: str = field(repr=False)


@dataclass(frozen=True)
class Enrolled:
    """code: for the app, in canonical form. digits: to type into the browser that began. One of them."""

    citizen_id: UUID
    expires_at: object
    code: str = field(default="", repr=False)
    digits: str = field(default="", repr=False)


@action(kinds=BY_ANYBODY)
def start_proofing(*, by: Actor, method: str, by_app: bool) -> Started:
    """by_app: an app began, and answers itself; else a browser waits for the answer of an app."""
    challenge, starter = secrets.token_bytes(CHALLENGE_BYTES), secrets.token_urlsafe(32)
    attempt = ProofingAttempt(
        method=method,
        purpose=ENROL,
        challenge_hash=sha256(challenge).hexdigest(),
        starter_hash=sha256(starter.encode()).hexdigest(),
        by_app=by_app,
        expires_at=timezone.now() + VALID,
    )
    attempt.save(force_insert=True)
    record(by=by, action="proofing.started", target=attempt, detail={"method": method})
    return Started(attempt, challenge, starter)


@action(kinds=BY_ANYBODY)
def claim_answer(*, by: Actor, challenge: bytes, starter: str) -> ProofingAttempt:
    """A challenge is answered once, rightly or wrongly. starter: of the app that began it.

    Raises ProofingRefused `challenge`.
    """
    live = ProofingAttempt.objects.filter(
        challenge_hash=sha256(challenge).hexdigest(),
        purpose=ENROL,
        answered_at=None,
        expires_at__gt=timezone.now(),
    )
    attempt: ProofingAttempt | None = live.select_for_update().first()
    if attempt is None or attempt.by_app != bool(starter):
        raise ProofingRefused("challenge")
    if attempt.by_app and attempt.starter_hash != sha256(starter.encode()).hexdigest():
        raise ProofingRefused("challenge", "another app")
    attempt.answered_at = timezone.now()
    attempt.save(update_fields=["answered_at"])
    record(by=by, action="proofing.answered", target=attempt, detail={"method": attempt.method})
    return attempt


@action(kinds=BY_ANYBODY)
def note_refused_proof(*, by: Actor, attempt: ProofingAttempt | None, refused: ProofingRefused) -> None:
    """attempt: None where the challenge is unknown."""
    if attempt is not None:
        attempt.refused_for = refused.code
        attempt.save(update_fields=["refused_for"])
    detail = {"reason": refused.code, "detail": refused.detail}
    record(by=by, action="proofing.refused", target=attempt, detail=detail)


@action(kinds=BY_ANYBODY)
def accept_proof(*, by: Actor, attempt: ProofingAttempt, proof: Proof, kana: str) -> Enrolled:
    """Enrol a new resident, or record a new proofing of the one who is known, and issue a code.

    In `context.person(None)`. kana: the reading, which neither card nor provider tells, as she says it:
    nobody is found in a file by it before a counter has confirmed it.
    Raises ProofingRefused `counter` wherever somebody has to look at the person; it never says why.
    """
    here = municipality_named(proof.person.address)
    if here is None:
        raise ProofingRefused("counter", "address")
    attempt.citizen_id = uuid7()
    attempt.name_index = name_index(proof.person.name, proof.person.birth_date)
    ProofingAttempt.objects.filter(pk=attempt.pk).update(
        proved_at=TransactionNow(), citizen_id=attempt.citizen_id, name_index=attempt.name_index
    )
    known = _known(attempt.name_index, proof)
    if known is not None:
        attempt.citizen_id = known
        ProofingAttempt.objects.filter(pk=attempt.pk).update(citizen_id=known)
    with context.speaking_for(attempt.citizen_id):
        if known is None:
            _enrol(attempt.citizen_id, proof, kana, here)
        enrolled, issued = _proofed(by, attempt, proof, here, again=known is not None)
    digits = enrolled.digits
    ProofingAttempt.objects.filter(pk=attempt.pk).update(
        code_id=issued.pk, confirmation_hash=_digits_hash(attempt, digits) if digits else ""
    )
    return enrolled


def _known(index: str, proof: Proof) -> UUID | None:
    """The one who is enrolled already. Raises ProofingRefused for namesakes and whoever has moved."""
    found = list(Citizen.objects.filter(name_index=index).values_list("pk", flat=True)[:10])
    same = [citizen_id for citizen_id in found if _is_same(citizen_id, proof)]
    if len(found) != len(same) or len(same) > 1:
        raise ProofingRefused("counter", "name")
    return same[0] if same else None


def _is_same(citizen_id: UUID, proof: Proof) -> bool:
    with context.speaking_for(citizen_id):
        active = Citizen.objects.filter(pk=citizen_id, status=CitizenStatus.ACTIVE, test=False).exists()
        record_ = person(citizen_id) if active else None
        return record_ is not None and proof.person.is_same_as(record_.basic_four)


def _enrol(citizen_id: UUID, proof: Proof, kana: str, municipality_id: int) -> None:
    family, given = proof.person.names
    citizen = Citizen(
        id=citizen_id,
        family_name=family,
        given_name=given,
        kana=kana,
        reading_proofed=False,
        birth_date=proof.person.birth_date.isoformat(),
        sex=proof.person.sex,
        address=proof.person.address,
        person_index=person_index(kana, proof.person.birth_date),
        name_index=name_index(proof.person.name, proof.person.birth_date),
    )
    try:
        with transaction.atomic():
            citizen.save(force_insert=True)
    except IntegrityError:
        raise ProofingRefused("counter", "person") from None
    home = Residence(citizen_id=citizen_id, municipality_id=municipality_id, starts_on=timezone.localdate())
    home.save(force_insert=True)


def _proofed(
    by: Actor, attempt: ProofingAttempt, proof: Proof, municipality_id: int, *, again: bool
) -> tuple[Enrolled, EnrolmentCode]:
    now, citizen_id = timezone.now(), attempt.citizen_id
    assert citizen_id is not None  # noqa: S101  # set by the caller
    proofing = Proofing(
        citizen_id=citizen_id,
        municipality_id=municipality_id,
        method=proof.method,
        level=proof.level,
        evidence=Evidence.MY_NUMBER_CARD,
        evidence_reference=evidence_reference(proof.source),
        confirmed_at=now,
        expires_on=proof.expires_on,
    )
    proofing.save(force_insert=True)
    earlier = EnrolmentCode.objects.filter(citizen_id=citizen_id, used_at=None, revoked_at=None)
    earlier.update(revoked_at=now)
    code = new_code()
    issued = EnrolmentCode(code_hash=code_hash(code), citizen_id=citizen_id, expires_at=now + CODE_VALID)
    issued.save(force_insert=True)
    detail = {"method": proof.method, "level": proof.level, "again": again}
    record(by=by, action="proofing.proved", target=proofing, citizen_id=citizen_id, detail=detail)
    if again:
        tell(citizen_id, PROOFED_AGAIN)
    if attempt.by_app:
        return Enrolled(citizen_id, issued.expires_at, code=code), issued
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return Enrolled(citizen_id, issued.expires_at, digits=digits), issued


@action(kinds=BY_ANYBODY)
def take_code(*, by: Actor, attempt: ProofingAttempt, digits: str) -> EnrolmentCode | None:
    """The waiting browser shows the digits that the card app was given; None if they are wrong, and after
    MOST_TRIES for good: whoever sent her QR code to somebody else does not know them."""
    counted = ProofingAttempt.objects.filter(
        pk=attempt.pk, taken_at=None, tries__lt=MOST_TRIES, proved_at__isnull=False
    ).update(tries=F("tries") + 1)
    right = attempt.confirmation_hash and attempt.confirmation_hash == _digits_hash(attempt, digits)
    if not counted or not right:
        record(by=by, action="proofing.digits_refused", target=attempt)
        return None
    ProofingAttempt.objects.filter(pk=attempt.pk).update(taken_at=timezone.now())
    record(by=by, action="proofing.taken", target=attempt)
    return EnrolmentCode.objects.filter(pk=str(attempt.code_id)).first()


def _digits_hash(attempt: ProofingAttempt, digits: str) -> str:
    return sha256(f"{attempt.pk}:{attempt.starter_hash}:{digits}".encode()).hexdigest()
