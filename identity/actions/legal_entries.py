"""Disclosures that a law orders: one of the staff writes them down, another confirms, and only then they
stand in the resident's log. Until she may know of it nothing of it is in what she can read: the deeds of
staff are recorded with the municipality, not with her."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record, stream_of
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.context import require_municipality
from identity.domain.legal import EntryProblem, entry_problem
from identity.domain.receipt import receipt_of
from identity.models import Citizen, Disclosure, EntryState, LegalBasis, LegalEntry, Residence
from identity.permissions import IdentityPermission
from identity.queries.standing import in_force

PATH = "law"
_WORDS = {
    EntryProblem.FUTURE: _("提供した日時は今より前にしてください。"),
    EntryProblem.TOO_OLD: _("提供から30日を過ぎたものは記録できません。情報システム担当に相談してください。"),
    EntryProblem.REASON: _("本人への表示を遅らせるときは、理由と表示を始める日の両方を入力してください。"),
    EntryProblem.NOT_LATER: _("表示を始める日は、あす以後の日にしてください。"),
    EntryProblem.TOO_LONG: _("表示を遅らせられるのは5年までです。"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What was disclosed, to whom, by which provision. attributes: names. visible_on: as in LegalEntry."""

    authority: str
    law: str
    attributes: Collection[str]
    disclosed_at: datetime
    reason_code: str = ""
    visible_on: date | None = None


@action(IdentityPermission.RECORD_BY_LAW)
def prepare_entry(*, by: Actor, citizen: Citizen, order: Order) -> LegalEntry:
    """Of a resident of the own municipality. Raises ValidationError with an EntryProblem."""
    problem = entry_problem(order.disclosed_at, order.reason_code, order.visible_on, timezone.localtime())
    if problem:
        raise ValidationError(_WORDS[problem], code=problem)
    receipt = receipt_of(citizen.pk)
    entry = LegalEntry(
        municipality_id=require_municipality(),
        subject_id=citizen.pk,
        receipt=f"{receipt[:4]}-{receipt[4:]}",
        authority=order.authority,
        law=order.law,
        attributes=sorted(order.attributes),
        disclosed_at=order.disclosed_at,
        reason_code=order.reason_code,
        visible_on=order.visible_on,
        prepared_by=UUID(by.id),
        prepared_by_name=by.label,
        prepared_persons=sorted(by.persons),
    )
    entry.save(force_insert=True)
    record(by=by, action="legal_entry.prepared", target=entry)
    return entry


@action(IdentityPermission.RECORD_BY_LAW)
def confirm_entry(*, by: Actor, entry: LegalEntry) -> LegalEntry:
    """It stands in her log from now on. Raises ValidationError `four_eyes`, `state`, `moved`."""
    entry = _prepared(entry)
    if by.is_among(entry.prepared_by, entry.prepared_persons):
        raise ValidationError(_("準備した職員とは別の職員が確認してください。"), code="four_eyes")
    here = Residence.objects.filter(in_force(), municipality_id=entry.municipality_id)
    if not here.filter(citizen=entry.subject_id).exists():
        raise ValidationError(_("この住民は転出しています。転出先の自治体で記録してください。"), code="moved")
    _disclosed(entry).save(force_insert=True)
    return _decide(by, entry, EntryState.ENTERED, "legal_entry.confirmed")


@action(IdentityPermission.RECORD_BY_LAW)
def decline_entry(*, by: Actor, entry: LegalEntry) -> LegalEntry:
    """By anybody who may write: nothing of it has counted. Raises ValidationError `state`."""
    return _decide(by, _prepared(entry), EntryState.DECLINED, "legal_entry.declined")


def _disclosed(entry: LegalEntry) -> Disclosure:
    midnight = datetime.min.time()
    begins = timezone.make_aware(datetime.combine(entry.visible_on, midnight)) if entry.visible_on else None
    return Disclosure(
        stream=stream_of(None, entry.subject_id),
        citizen_id=entry.subject_id,
        occurred_at=entry.disclosed_at,
        client_id="",
        recipient=entry.authority,
        purpose=entry.law,
        attributes=entry.attributes,
        path=PATH,
        legal_basis=LegalBasis.LAW,
        visible_from=begins,
        reason_code=entry.reason_code,
    )


def _prepared(entry: LegalEntry) -> LegalEntry:
    held: LegalEntry = LegalEntry.objects.select_for_update().get(pk=entry.pk)
    if held.state != EntryState.PREPARED:
        raise ValidationError(_("ほかの職員が先に処理しました。今の状態を確かめてください。"), code="state")
    return held


def _decide(by: Actor, entry: LegalEntry, state: EntryState, deed: str) -> LegalEntry:
    entry.state, entry.decided_at = state, timezone.now()
    entry.decided_by, entry.decided_by_name = UUID(by.id), by.label
    entry.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name"])
    record(by=by, action=deed, target=entry)
    return entry
