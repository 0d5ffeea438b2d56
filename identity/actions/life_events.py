"""Life events at the counter of the municipality she lives in: one clerk records, another confirms."""

import json
from collections.abc import Callable, Mapping
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
from identity.domain.standing import Reason
from identity.models import Citizen, CitizenStatus, LifeEvent, LifeEventKind, Residence
from identity.models.citizen import PERSONAL
from identity.models.person_index import all_indexes, name_index
from identity.notices import LEFT, RECORD_CHANGED, tell
from identity.permissions import IdentityPermission
from identity.queries.standing import in_force

from .refusals import at
from .standing import close_citizen

COLUMNS: Final[Mapping[LifeEventKind, frozenset[str]]] = {
    LifeEventKind.MOVE_OUT: frozenset(),
    LifeEventKind.ADDRESS: frozenset({"address"}),
    LifeEventKind.NAME: frozenset({"family_name", "given_name", "kana"}),
    LifeEventKind.CORRECTION: frozenset(PERSONAL),
    LifeEventKind.DEATH: frozenset(),
}
"""What each may change; 転入 is recorded by the new municipality (actions.moves)."""


@action(IdentityPermission.PROOF_RESIDENTS)
def prepare_life_event(
    *,
    by: Actor,
    citizen: Citizen,
    kind: LifeEventKind,
    effective_on: date,
    evidence: str,
    values: Mapping[str, str] | None = None,
    reason: str = "",
) -> LifeEvent:
    """values: new contents by column, dates as ISO 8601. reason: of a correction, what went wrong.

    Raises ValidationError `status`, `values`, `reason`, `date`, `pending`.
    """
    values = {name: value for name, value in (values or {}).items() if value}
    _check(citizen, kind, effective_on, values, reason)
    event = LifeEvent(
        citizen=citizen,
        municipality_id=require_municipality(),
        kind=kind,
        effective_on=effective_on,
        values=json.dumps(values, ensure_ascii=False),
        evidence=evidence,
        reason=reason,
        prepared_by=UUID(by.id),
        prepared_by_name=by.label,
        prepared_persons=sorted(by.persons),
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("この人の手続が確認を待っています。"), code="pending") from error
    detail = {"kind": kind, "columns": sorted(values)}
    record(by=by, action="life_event.prepared", target=event, citizen_id=citizen.pk, detail=detail)
    return event


def _check(
    citizen: Citizen, kind: LifeEventKind, effective_on: date, values: Mapping[str, str], reason: str
) -> None:
    if citizen.status == CitizenStatus.CLOSED:
        raise ValidationError(_("このデジタルIDは廃止されています。"), code="status")
    if not COLUMNS[kind].issuperset(values) or bool(COLUMNS[kind]) != bool(values):
        raise ValidationError(_("変更する項目を入力してください。"), code="values")
    if kind == LifeEventKind.CORRECTION and not reason:
        raise at("reason", _("訂正の理由を入力してください。"), "reason")
    if kind != LifeEventKind.MOVE_OUT and effective_on > timezone.localdate():
        raise at("effective_on", _("今日以前の日を入力してください。"), "date")
    home = Residence.objects.filter(in_force(), citizen=citizen).first()
    if kind in {LifeEventKind.MOVE_OUT, LifeEventKind.DEATH} and home and effective_on < home.starts_on:
        message = _("この自治体の住民となった日より前です。日付を確かめてください。")
        raise at("effective_on", message, "date")


@action(IdentityPermission.PROOF_RESIDENTS)
def confirm_life_event(*, by: Actor, event: LifeEvent) -> LifeEvent:
    """The second clerk: it takes effect. Raises ValidationError `four_eyes`, `state`, `duplicate`."""
    event = undecided(event)
    four_eyes(by, event)
    citizen = Citizen.objects.select_for_update().get(pk=event.citizen_id)
    event.previous = _change(citizen, json.loads(event.values))
    event.confirmed_by, event.confirmed_by_name = UUID(by.id), by.label
    event.confirmed_at = timezone.now()
    event.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at", "previous"])
    detail = {"kind": event.kind, "effective_on": event.effective_on.isoformat()}
    record(by=by, action="life_event.confirmed", target=event, citizen_id=citizen.pk, detail=detail)
    _EFFECTS.get(LifeEventKind(event.kind), _changed)(by, event)
    return event


@action(IdentityPermission.PROOF_RESIDENTS)
def decline_life_event(*, by: Actor, event: LifeEvent) -> LifeEvent:
    """By anybody of the counter: nothing has changed. Raises ValidationError `state`."""
    event = undecided(event)
    event.declined_at = timezone.now()
    event.save(update_fields=["declined_at"])
    named = event.kind != LifeEventKind.MOVE_IN
    record(
        by=by,
        action="life_event.declined",
        target=event,
        citizen_id=event.citizen_id if named else None,
        detail={"kind": event.kind},
    )
    return event


def undecided(event: LifeEvent) -> LifeEvent:
    """The event, locked. Raises ValidationError `state`."""
    held: LifeEvent | None = (
        LifeEvent.objects.select_for_update().filter(pk=event.pk, confirmed_at=None, declined_at=None).first()
    )
    if held is None:
        raise ValidationError(_("この手続は既に処理されています。"), code="state")
    return held


def four_eyes(by: Actor, event: LifeEvent) -> None:
    if by.is_among(event.prepared_by, event.prepared_persons):
        raise ValidationError(_("記録した職員とは別の職員が確認してください。"), code="four_eyes")


def _change(citizen: Citizen, values: Mapping[str, str]) -> str:
    """Write what changes; returns what stood there, as JSON."""
    previous = {name: getattr(citizen, name) for name in values}
    for name, value in values.items():
        setattr(citizen, name, value)
    if values:
        citizen.save(update_fields=list(values))
    if "kana" in values:
        citizen.reading_proofed = True
        citizen.save(update_fields=["reading_proofed"])
    if {"kana", "birth_date"} & set(values):
        _reindex(citizen)
    if {"family_name", "given_name", "birth_date"} & set(values):
        born = date.fromisoformat(citizen.birth_date)
        citizen.name_index = name_index(citizen.family_name + citizen.given_name, born)
        citizen.save(update_fields=["name_index"])
    return json.dumps(previous, ensure_ascii=False)


def _reindex(citizen: Citizen) -> None:
    """Under the first free number: who has another's reading and day of birth was told apart before."""
    for index in all_indexes(citizen.kana, date.fromisoformat(citizen.birth_date)):
        citizen.person_index = index
        try:
            with transaction.atomic():
                citizen.save(update_fields=["person_index"])
        except IntegrityError:
            continue
        return
    raise ValidationError(_("ふりがなと生年月日が同じ人が多すぎます。"), code="duplicate")


def _changed(_by: Actor, event: LifeEvent) -> None:
    tell(event.citizen_id, RECORD_CHANGED, once=f"life:{event.pk}")


def _moved_out(_by: Actor, event: LifeEvent) -> None:
    """Told before the residence ends: with it ends the right to tell."""
    tell(event.citizen_id, LEFT, once=f"life:{event.pk}")
    _end_residence(event)


def _died(by: Actor, event: LifeEvent) -> None:
    """Nobody inherits access; who acted for her learns that it is over, and no more (tasks)."""
    close_citizen(by=by, citizen_id=event.citizen_id, reason=Reason.DEATH)
    _end_residence(event)


def _end_residence(event: LifeEvent) -> None:
    """Last: from its day on nobody here sees her record."""
    home = Residence.objects.filter(in_force(), citizen=event.citizen_id)
    home.filter(municipality_id=event.municipality_id).update(ends_on=event.effective_on)


_EFFECTS: Final[Mapping[LifeEventKind, Callable[[Actor, LifeEvent], None]]] = {
    LifeEventKind.MOVE_OUT: _moved_out,
    LifeEventKind.DEATH: _died,
}
