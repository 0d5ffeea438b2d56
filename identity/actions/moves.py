"""転入: the new municipality takes over a resident who handed it a code. Two clerks; nothing is rewritten.

The old municipality need not do anything: its residence is closed by the code's holder alone, on the day that
the new one begins. Did it record the 転出 before, the two days may leave a gap, never an overlap.
"""

import json
from datetime import date
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.context import require_municipality
from identity.models import (
    Citizen,
    CitizenStatus,
    HandoverKind,
    LifeEvent,
    LifeEventKind,
    Proofing,
    ProofingMethod,
    Residence,
)
from identity.notices import MOVED, tell
from identity.permissions import IdentityPermission
from identity.proofing.counter import expiry, level_of

from .handover import name_code, shown, use
from .life_events import four_eyes, undecided
from .refusals import at

CHANGED: Final = _("この人の居住の記録が変わりました。もう一度確かめてください。")


@action(IdentityPermission.PROOF_RESIDENTS)
def prepare_move_in(*, by: Actor, hashed: str, moved_on: date, address: str, evidence: str) -> LifeEvent:
    """The resident stands at the counter with her code. hashed: of the code as she said it.

    Raises ValidationError `code`, `future`, `here`, `before`, `pending`.
    """
    code = shown(hashed, HandoverKind.MOVE)
    _check(code.citizen_id, moved_on)
    event = LifeEvent(
        citizen_id=code.citizen_id,
        municipality_id=require_municipality(),
        kind=LifeEventKind.MOVE_IN,
        effective_on=moved_on,
        values=json.dumps({"address": address}),
        evidence=evidence,
        code_hash=hashed,
        prepared_by=UUID(by.id),
        prepared_by_name=by.label,
        prepared_persons=sorted(by.persons),
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("この人の手続が確認を待っています。"), code="pending") from error
    record(by=by, action="life_event.prepared", target=event, detail={"kind": event.kind})
    return event


@action(IdentityPermission.PROOF_RESIDENTS)
def confirm_move_in(*, by: Actor, event: LifeEvent) -> LifeEvent:
    """The second clerk: the old residence ends and the new one begins, and with it who may see her record.

    Raises ValidationError as prepare_move_in, and `four_eyes`, `state`, `status`.
    """
    event = undecided(event)
    four_eyes(by, event)
    code = shown(event.code_hash, HandoverKind.MOVE)
    _check(event.citizen_id, event.effective_on)
    _unmoved_since(event)
    _move(event)
    use(code)
    _prove(by, event)
    citizen = Citizen.objects.filter(pk=event.citizen_id).first()
    if citizen is None or citizen.status != CitizenStatus.ACTIVE:
        raise ValidationError(_("このデジタルIDは有効ではありません。"), code="status")
    event.previous = json.dumps({"address": citizen.address})
    citizen.address = json.loads(event.values)["address"]
    citizen.save(update_fields=["address"])
    event.confirmed_by, event.confirmed_by_name = UUID(by.id), by.label
    event.confirmed_at, event.code_hash = timezone.now(), ""
    event.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at", "previous", "code_hash"])
    name_code("")
    detail = {"kind": event.kind, "effective_on": event.effective_on.isoformat()}
    record(by=by, action="life_event.confirmed", target=event, citizen_id=citizen.pk, detail=detail)
    tell(citizen.pk, MOVED, once=f"moved:{event.pk}")
    return event


def _prove(by: Actor, event: LifeEvent) -> None:
    """Both clerks have seen her and her documents: she is proofed here, too. No code comes of it."""
    today = timezone.localdate()
    proofing = Proofing(
        citizen_id=event.citizen_id,
        municipality_id=event.municipality_id,
        method=ProofingMethod.COUNTER,
        level=level_of(event.evidence, today),
        evidence=event.evidence,
        examined_by=event.prepared_by,
        examined_by_name=event.prepared_by_name,
        examined_persons=event.prepared_persons,
        examined_at=event.prepared_at,
    )
    proofing.save(force_insert=True)
    proofing.confirmed_by, proofing.confirmed_by_name = UUID(by.id), by.label
    proofing.confirmed_at, proofing.expires_on = timezone.now(), expiry(today)
    proofing.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at", "expires_on"])


def _check(citizen_id: UUID, moved_on: date) -> None:
    """Against her residences, which the code opens."""
    if moved_on > timezone.localdate():
        raise at("moved_on", _("転入した日は今日以前の日を入力してください。"), "future")
    homes = list(Residence.objects.filter(citizen=citizen_id).order_by("-starts_on"))
    last = homes[0] if homes else None
    if last is None:
        return
    if last.municipality_id == require_municipality() and (last.ends_on is None or last.ends_on > moved_on):
        raise ValidationError(_("この人は既にこの自治体の住民です。"), code="here")
    earliest = last.starts_on if _is_open(last) else last.ends_on
    if earliest and moved_on < earliest:
        message = _("転入した日が、前の自治体での記録(%(day)s)より前です。日付を確かめてください。")
        raise at("moved_on", message % {"day": earliest.isoformat()}, "before")


def _unmoved_since(event: LifeEvent) -> None:
    """Ids grow with time: a residence with a greater one began after the first clerk had prepared this."""
    if Residence.objects.filter(citizen=event.citizen_id, pk__gt=event.pk).exists():
        raise ValidationError(CHANGED, code="before")


def _is_open(home: Residence) -> bool:
    """Without an end, or with one in the future, which may yet be brought forward."""
    return home.ends_on is None or home.ends_on > timezone.localdate()


def _move(event: LifeEvent) -> None:
    """The residence elsewhere first: the database knows no moment in which she lives in two places."""
    elsewhere = Residence.objects.filter(citizen=event.citizen_id)
    try:
        with transaction.atomic():
            for home in elsewhere:
                if _is_open(home):
                    Residence.objects.filter(pk=home.pk).update(ends_on=event.effective_on)
            Residence(
                citizen_id=event.citizen_id,
                municipality_id=event.municipality_id,
                starts_on=event.effective_on,
            ).save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(CHANGED, code="before") from error
