"""Somebody calls that a phone is lost: who it is, as far as a call can tell."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from identity.domain.device import State
from identity.domain.hotline import Fact, is_enough, same_address, same_month, same_name
from identity.domain.receipt import receipt_of
from identity.models import Citizen
from identity.notices import CALL_REFUSED, CALLED, tell
from identity.permissions import IdentityPermission
from identity.queries.counter import find
from identity.queries.devices import listed


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller said of herself, as the clerk typed it; empty where nothing was asked. It is compared and
    kept nowhere. number: 受付番号 without its hyphen. month: any day of that in which she enrolled."""

    kana: str = field(repr=False)
    birth_date: date = field(repr=False)
    number: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    device: str = field(default="", repr=False)
    month: date | None = None


@action(IdentityPermission.PROOF_RESIDENTS)
def identify_caller(*, by: Actor, said: Said) -> Citizen | None:
    """Who it is, which is enough to stop something and to open nothing. She is told.

    None whatever the reason: nobody here, or too little that agrees with the record. Nothing raises then,
    since that somebody tried is kept: in the log without saying about whom, and in her inbox.
    """
    found = find(said.kana, said.birth_date)
    right = {citizen: _right(citizen, said) for citizen in found}
    named = [citizen for citizen, facts in right.items() if is_enough(facts)]
    if len(named) != 1:
        record(by=by, action="hotline.refused")
        for citizen in found:
            tell(citizen.pk, CALL_REFUSED, once=f"call:{timezone.localdate()}")
        return None
    detail = {"answers": sorted(right[named[0]])}
    record(by=by, action="hotline.identified", target=named[0], citizen_id=named[0].pk, detail=detail)
    tell(named[0].pk, CALLED)
    return named[0]


def _right(citizen: Citizen, said: Said) -> set[Fact]:
    devices = [one.name for one in listed(citizen.pk) if one.state != State.REVOKED]
    enrolled = timezone.localdate(citizen.created_at)
    agrees = {
        Fact.NUMBER: said.number == receipt_of(citizen.pk),
        Fact.ADDRESS: same_address(said.address, citizen.address),
        Fact.DEVICE: bool(said.device) and any(same_name(said.device, name) for name in devices),
        Fact.MONTH: said.month is not None and same_month(said.month, enrolled),
    }
    return {fact for fact, is_right in agrees.items() if is_right}
