"""A registration changes: what residents and tokens depend on only after a second person's approval."""

from copy import copy
from datetime import timedelta
from typing import Any, Final, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.models import ChangeOutcome, RegistrationChange, RelyingParty, RelyingPartyStatus
from services.notices import CHANGE_PROPOSED
from services.permissions import ServicesPermission

from .checks import check
from .relying_parties import (
    OWN_WORK,
    Registration,
    RelyingPartyFields,
    locked,
    renew_secret,
    tell_colleagues,
)

HARMLESS: Final = frozenset({"contact", "terms_url", "privacy_url"})
"""No resident is misled and no token goes astray by these: they apply at once."""
PURPOSES: Final = frozenset({"purpose_ja", "purpose_en"})
"""Whichever changes, consents so far are not to what is stated from then on."""
SECRET: Final = "secret_overlap_hours"  # noqa: S105 - a field's name
"""Among a proposal's values: a new secret, and for how long earlier ones go on."""
FIXED: Final = frozenset({"test"})
"""A sandbox client never turns into one that meets residents: that is a registration of its own."""


@action(ServicesPermission.MANAGE_CATALOGUE)
def change_relying_party(
    *, by: Actor, relying_party: RelyingParty, **fields: Unpack[RelyingPartyFields]
) -> RegistrationChange | None:
    """Returns what waits for approval; None where all applied at once.

    Before its first approval everything applies at once, and whoever wrote it may not approve it. Raises
    ValidationError, by field; `unchanged`; `open` while an earlier proposal waits.
    """
    party = locked(relying_party)
    wanted = {name: value for name, value in fields.items() if getattr(party, name) != value}
    if not wanted:
        raise ValidationError(_("変更がありません。"), code="unchanged")
    if FIXED & wanted.keys():
        raise ValidationError(_("試験用かどうかは変えられません。新しく登録してください。"), code="fixed")
    check(_with(party, wanted))
    at_once = wanted if party.status == RelyingPartyStatus.DRAFT else _part(wanted, harmless=True)
    if at_once:
        _apply(by, party, at_once, "relying_party.changed")
    later = {name: value for name, value in wanted.items() if name not in at_once}
    return propose(by, party, later) if later else None


@action(ServicesPermission.MANAGE_CATALOGUE)
def approve_change(*, by: Actor, change: RegistrationChange) -> Registration:
    """Applies at once; with the secret, where the change is to issue a new one. A purpose that changed asks
    every resident anew. Raises ValidationError `own_work`, `decided`, and by field where the proposal no
    longer fits."""
    party = locked(change.relying_party)
    held = _open(change)
    if by.persons & set(held.proposed_by):
        raise ValidationError(OWN_WORK, code="own_work")
    values = {name: value for name, value in held.values.items() if name != SECRET}
    check(_with(party, values))
    _close(held, ChangeOutcome.APPROVED)
    party = _apply(by, party, values, "relying_party.change_approved")
    hours = held.values.get(SECRET)
    return Registration(party, "" if hours is None else renew_secret(by, party, timedelta(hours=hours)))


@action(ServicesPermission.MANAGE_CATALOGUE)
def decline_change(*, by: Actor, change: RegistrationChange) -> RegistrationChange:
    """Also by who proposed it: taking it back. Raises ValidationError `decided`."""
    party = locked(change.relying_party)
    held = _close(_open(change), ChangeOutcome.DECLINED)
    record(by=by, action="relying_party.change_declined", target=party, detail=_detail(party, held.values))
    return held


def propose(by: Actor, party: RelyingParty, values: dict[str, Any]) -> RegistrationChange:
    """To be approved by somebody else. The party is locked. Raises ValidationError `open`."""
    require_none_open(party)
    change = RegistrationChange(
        relying_party=party,
        values=values,
        before={name: getattr(party, name) for name in values if name != SECRET},
        proposed_by=sorted(by.persons),
        proposer=by.label[:60],
    )
    change.save(force_insert=True)
    record(by=by, action="relying_party.change_proposed", target=party, detail=_detail(party, values))
    tell_colleagues(CHANGE_PROPOSED, by, party)
    return change


def _apply(by: Actor, party: RelyingParty, values: dict[str, Any], event: str) -> RelyingParty:
    for name, value in values.items():
        setattr(party, name, value)
    if PURPOSES & values.keys():
        party.purpose_version += 1
    if party.status == RelyingPartyStatus.DRAFT:
        party.registered_by = sorted({*party.registered_by, *by.persons})
    party.save(update_fields=[*values, "purpose_version", "registered_by"])
    record(by=by, action=event, target=party, detail=_detail(party, values))
    return party


def needs_two(party: RelyingParty) -> bool:
    """Whether residents depend on it: once it was approved, unless they are test residents only."""
    return party.status != RelyingPartyStatus.DRAFT and not party.test


def require_none_open(party: RelyingParty) -> None:
    if party.changes.filter(outcome=ChangeOutcome.OPEN).exists():
        message = _("承認待ちの変更があります。先にその変更を承認するか、却下してください。")
        raise ValidationError(message, code="open")


def _open(change: RegistrationChange) -> RegistrationChange:
    waiting = RegistrationChange.objects.select_for_update().filter(outcome=ChangeOutcome.OPEN)
    found: RegistrationChange | None = waiting.filter(pk=change.pk).first()
    if found is None:
        raise ValidationError(_("この変更は既に承認または却下されています。"), code="decided")
    return found


def _close(change: RegistrationChange, outcome: ChangeOutcome) -> RegistrationChange:
    change.outcome, change.decided_at = outcome, timezone.now()
    change.save(update_fields=["outcome", "decided_at"])
    return change


def _with(party: RelyingParty, values: dict[str, Any]) -> RelyingParty:
    future = copy(party)
    for name, value in values.items():
        setattr(future, name, value)
    return future


def _part(values: dict[str, Any], *, harmless: bool) -> dict[str, Any]:
    return {name: value for name, value in values.items() if (name in HARMLESS) is harmless}


def _detail(party: RelyingParty, values: dict[str, Any]) -> dict[str, Any]:
    return {"client_id": party.client_id, "fields": sorted(values)}
