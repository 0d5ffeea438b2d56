"""Enrolment in person: one clerk records, another confirms, and only then a code is handed out."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.context import require_municipality
from consortium.tenancy.models import Municipality
from identity.domain.enrolment_code import code_hash, new_code
from identity.models import (
    AccessReason,
    Citizen,
    CitizenStatus,
    EnrolmentCode,
    Proofing,
    ProofingMethod,
    Residence,
)
from identity.models.person_index import all_indexes, name_index
from identity.notices import CODE_REISSUED, PROOFED_AGAIN, VIEWED, tell
from identity.permissions import IdentityPermission
from identity.proofing.counter import expiry, level_of
from identity.queries.counter import has_enrolled, may_issue
from identity.queries.standing import proofing_level

CODE_VALID = timedelta(days=7)
HIGHEST = 3


@dataclass(frozen=True, slots=True)
class PersonalRecord:
    """基本4情報 as the clerk reads them from a document. sex: a value of `Sex`."""

    family_name: str
    given_name: str
    kana: str
    birth_date: date
    sex: str
    address: str


@action(IdentityPermission.PROOF_RESIDENTS)
def register_citizen(
    *, by: Actor, person: PersonalRecord, evidence: str, namesake: bool = False, test: bool = False
) -> Citizen:
    """Record a resident of the own municipality and the first clerk's examination.

    test: nobody real, for services under test; the level stands for any that they may want to try.

    namesake: the clerk has made sure that an equally named person, born on the same day and enrolled
    already, is somebody else. Raises ValidationError `duplicate`.
    """
    citizen = _insert(person, namesake=namesake, test=test)
    municipality_id = require_municipality()
    home = Residence(citizen=citizen, municipality_id=municipality_id, starts_on=timezone.localdate())
    home.save(force_insert=True)
    proofing = Proofing(
        citizen=citizen,
        municipality_id=municipality_id,
        method=ProofingMethod.COUNTER,
        level=HIGHEST if test else level_of(evidence, timezone.localdate()),
        evidence=evidence,
        examined_by=UUID(by.id),
        examined_by_name=by.label,
        examined_persons=sorted(by.persons),
        for_enrolment=True,
    )
    proofing.save(force_insert=True)
    detail = {"evidence": evidence, "level": proofing.level, "namesake": namesake, "test": test}
    record(by=by, action="citizen.registered", target=citizen, citizen_id=citizen.pk, detail=detail)
    return citizen


def _insert(person: PersonalRecord, *, namesake: bool, test: bool) -> Citizen:
    indexes = all_indexes(person.kana, person.birth_date)
    for index in indexes if namesake else indexes[:1]:
        citizen = Citizen(
            family_name=person.family_name,
            given_name=person.given_name,
            kana=person.kana,
            birth_date=person.birth_date.isoformat(),
            sex=person.sex,
            address=person.address,
            person_index=index,
            name_index=name_index(person.family_name + person.given_name, person.birth_date),
            test=test,
        )
        try:
            with transaction.atomic():
                citizen.save(force_insert=True)
        except IntegrityError:
            continue
        return citizen
    raise ValidationError(
        _(
            "この窓口では登録を続けられません。本人の同意を得て照会し、別人と確かめられたときだけ、"
            "下の項目を選んで登録します。"
        ),
        code="duplicate",
    )


@action(IdentityPermission.PROOF_RESIDENTS)
def note_refused_registration(*, by: Actor) -> None:
    """A registration that would have enrolled somebody twice: who asked is kept, about whom is not."""
    record(by=by, action="citizen.registration_refused")


@action(IdentityPermission.PROOF_RESIDENTS)
def reproof_citizen(*, by: Actor, citizen: Citizen, evidence: str) -> Proofing:
    """Examine somebody anew who is enrolled, e.g. since her phone is lost; a second clerk confirms it.

    Only then a new code can be issued; what she has keeps working until that code is used. A suspended ID
    stays suspended until then, so that what was lost never works again.
    Raises ValidationError `not_active`, `undecided`.
    """
    if citizen.status == CitizenStatus.CLOSED:
        raise ValidationError(_("このデジタルIDは有効ではありません。"), code="not_active")
    mine = Proofing.objects.filter(citizen=citizen)
    if mine.filter(confirmed_at=None, declined_at=None).exists():
        raise ValidationError(_("別の職員による確認を待つ登録があります。"), code="undecided")
    proofing = Proofing(
        citizen=citizen,
        municipality_id=require_municipality(),
        method=ProofingMethod.COUNTER,
        level=level_of(evidence, timezone.localdate()),
        evidence=evidence,
        examined_by=UUID(by.id),
        examined_by_name=by.label,
        examined_persons=sorted(by.persons),
        for_enrolment=True,
    )
    proofing.save(force_insert=True)
    detail = {"level": proofing.level, "evidence": evidence}
    record(by=by, action="proofing.repeated", target=proofing, citizen_id=citizen.pk, detail=detail)
    tell(citizen.pk, PROOFED_AGAIN)
    return proofing


@action(IdentityPermission.PROOF_RESIDENTS)
def confirm_proofing(*, by: Actor, citizen: Citizen) -> Proofing:
    """The second clerk has compared record and document. Raises ValidationError `four_eyes`, `decided`."""
    proofing = _undecided(by, citizen)
    proofing.confirmed_by, proofing.confirmed_by_name = UUID(by.id), by.label
    proofing.confirmed_at = timezone.now()
    proofing.expires_on = expiry(timezone.localdate())
    proofing.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at", "expires_on"])
    Citizen.objects.filter(pk=citizen.pk, reading_proofed=False).update(reading_proofed=True)
    detail = {"level": proofing.level, "method": proofing.method}
    record(by=by, action="proofing.confirmed", target=proofing, citizen_id=citizen.pk, detail=detail)
    return proofing


@action(IdentityPermission.PROOF_RESIDENTS)
def decline_proofing(*, by: Actor, citizen: Citizen) -> Proofing:
    """The record is wrong: it is closed, and the person can be recorded anew. Of somebody who is enrolled
    only the repeated examination is dropped.

    Raises ValidationError `four_eyes`, `decided`.
    """
    proofing = _undecided(by, citizen)
    if Proofing.objects.filter(citizen=citizen, confirmed_at__isnull=False).exists():
        return _dropped(by, proofing)
    citizen.status, citizen.person_index, citizen.name_index = CitizenStatus.CLOSED, secrets.token_hex(32), ""
    citizen.save(update_fields=["status", "person_index", "name_index"])
    _dropped(by, proofing)
    # Last: with the residence ends the right to see the record.
    Residence.objects.filter(citizen=citizen, ends_on=None).update(ends_on=timezone.localdate())
    return proofing


def _dropped(by: Actor, proofing: Proofing) -> Proofing:
    proofing.declined_at = timezone.now()
    proofing.save(update_fields=["declined_at"])
    record(by=by, action="proofing.declined", target=proofing, citizen_id=proofing.citizen_id)
    return proofing


def _undecided(by: Actor, citizen: Citizen) -> Proofing:
    proofings = Proofing.objects.select_for_update().filter(citizen=citizen)
    proofing: Proofing | None = proofings.filter(confirmed_at=None, declined_at=None).first()
    if proofing is None:
        raise ValidationError(_("この登録は既に処理されています。"), code="decided")
    if by.is_among(proofing.examined_by, proofing.examined_persons):
        raise ValidationError(_("登録した職員とは別の職員が確認してください。"), code="four_eyes")
    return proofing


@action(IdentityPermission.PROOF_RESIDENTS)
def issue_enrolment_code(*, by: Actor, citizen: Citizen) -> str:
    """The code to print, in canonical form; it is kept nowhere. An earlier one stops working.

    Somebody who has enrolled needs a new proofing first, which is good for one code and one day: a code alone
    would let one clerk take over her ID. She is told.
    Raises ValidationError `not_proofed`, `not_active`, `enrolled`.
    """
    rows = Citizen.objects.select_for_update().filter(pk=citizen.pk).exclude(status=CitizenStatus.CLOSED)
    if not rows.values_list("pk", flat=True):
        raise ValidationError(_("このデジタルIDは有効ではありません。"), code="not_active")
    if not proofing_level(citizen.pk):
        raise ValidationError(_("本人確認が済んでいません。"), code="not_proofed")
    if not may_issue(citizen.pk):
        raise ValidationError(
            _(
                "既に登録が済んでいます。登録コードを再発行するには、2人の職員で本人確認をやり直してください。"
            ),
            code="enrolled",
        )
    now, code = timezone.now(), new_code()
    EnrolmentCode.objects.filter(citizen_id=citizen.pk, used_at=None, revoked_at=None).update(revoked_at=now)
    issued = EnrolmentCode(
        code_hash=code_hash(code), citizen_id=citizen.pk, issued_by=UUID(by.id), expires_at=now + CODE_VALID
    )
    issued.save(force_insert=True)
    record(by=by, action="enrolment_code.issued", target=issued, citizen_id=citizen.pk)
    if has_enrolled(citizen.pk):
        tell(citizen.pk, CODE_REISSUED)
    return code


@action(IdentityPermission.PROOF_RESIDENTS)
def note_access(*, by: Actor, citizen: Citizen, purpose: str, reason: str = "") -> None:
    """A clerk opens the record: the resident will see it. purpose: a key of queries.uses.PURPOSES."""
    _note(by, citizen, purpose, reason)


@action(IdentityPermission.ATTEST)
def note_access_to_attest(*, by: Actor, citizen: Citizen, purpose: str, reason: str = "") -> None:
    """As note_access, by the office that attests."""
    _note(by, citizen, purpose, reason)


def _note(by: Actor, citizen: Citizen, purpose: str, reason: str) -> None:
    """Who does not live here yet, or any longer, finds it on her pages without being told. The log keeps the
    purpose's code; what was written beside it is encrypted."""
    detail = {"purpose": purpose}
    event = record(by=by, action="citizen.viewed", target=citizen, citizen_id=citizen.pk, detail=detail)
    if reason:
        AccessReason(
            citizen_id=citizen.pk, municipality_id=require_municipality(), event_id=event.pk, text=reason
        ).save(force_insert=True)
    if not Citizen.objects.filter(pk=citizen.pk).exists():
        return
    here = Municipality.objects.get(pk=require_municipality())
    once = f"viewed:{here.pk}:{timezone.localdate()}"
    tell(citizen.pk, VIEWED, values={"municipality": here.name}, once=once)
