"""Acting in another's name: given by the resident or recorded at the counter, accepted, used, ended.

A delegate keeps her own sign-in. Within `acting` the database opens to her what the delegation's row covers,
asks that row again for every statement, and opens nothing else: no record, no device, no further delegation.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.context import require_municipality
from identity.domain.attributes import reached_on
from identity.domain.delegation import LONGEST_YEARS, Deed, beyond
from identity.domain.proofing import years_later
from identity.labels import BEYOND
from identity.models import (
    Basis,
    Citizen,
    ConsentSource,
    DelegateAct,
    Delegation,
    Ending,
    HandoverKind,
)
from identity.notices import (
    DELEGATE_ACTED,
    DELEGATION_ACCEPTED,
    DELEGATION_ENDED,
    DELEGATION_RECORDED,
    notice,
    tell,
    tell_many,
)
from identity.permissions import IdentityPermission
from identity.queries.delegations import over, scope_of
from identity.queries.personal import person
from identity.queries.standing import Standing, standing
from services.domain.sectors import SECTORS
from services.models import RelyingParty

from .consents import Manner, grant_consent, withdraw_consent
from .handover import shown, use
from .pseudonyms import pseudonym_for
from .refusals import at

ADULT = 18


@dataclass(frozen=True, slots=True)
class Terms:
    """until: the last day. client_ids: none for all services of the sectors."""

    sectors: tuple[str, ...]
    may_consent: bool
    until: date
    client_ids: tuple[str, ...] = ()


@action(kinds=(ActorKind.RESIDENT,))
def give_delegation(*, by: Actor, hashed: str, terms: Terms) -> Delegation:
    """To the resident who handed over her code; it counts from her acceptance on.

    Raises ValidationError `code`, `self`, `until`, `sectors`.
    """
    principal = _citizen(by)
    today = timezone.localdate()
    _check_terms(terms, today, years_later(today, LONGEST_YEARS))
    code = shown(hashed, HandoverKind.DELEGATE)
    if code.citizen_id == principal:
        raise at("code", _("自分自身を代理人にはできません。"), "self")
    use(code)
    own = person(principal)
    delegation = Delegation(
        citizen_id=principal,
        delegate_id=code.citizen_id,
        basis=Basis.VOLUNTARY,
        sectors=sorted(terms.sectors),
        client_ids=sorted(terms.client_ids),
        may_consent=terms.may_consent,
        starts_on=today,
        until=terms.until,
        principal_name=own.name if own else "",
        subjects={sector: pseudonym_for(principal, sector) for sector in sorted(terms.sectors)},
    )
    delegation.save(force_insert=True)
    _record(by, "delegation.given", delegation, principal)
    return delegation


@action(kinds=(ActorKind.RESIDENT,))
def accept_delegation(*, by: Actor, delegation_id: UUID) -> Delegation:
    """By the delegate; of one by law, too, whose row a second clerk has confirmed: then it changes nothing.

    Raises ValidationError `state`.
    """
    delegate = _citizen(by)
    found = _own(delegation_id, delegate_id=delegate, effective_at=None, ended_at=None, basis=Basis.VOLUNTARY)
    if found.until < timezone.localdate():
        raise ValidationError(_("期間が過ぎています。"), code="state")
    if not principal_standing(found).is_active:
        raise ValidationError(_("この代理は、今は承諾できません。"), code="state")
    own = person(delegate)
    found.delegate_name, found.effective_at = own.name if own else "", timezone.now()
    found.save(update_fields=["delegate_name", "effective_at"])
    _record(by, "delegation.accepted", found, delegate)
    with acting(by, found.pk) as (_actor, _delegation):
        tell(found.citizen_id, DELEGATION_ACCEPTED, once=f"accepted:{found.pk}")
    return found


@action(kinds=(ActorKind.RESIDENT,))
def end_delegation(*, by: Actor, delegation_id: UUID) -> Delegation:
    """At once: by the resident who gave it, or by the delegate, who may always lay it down.

    One by law is ended at the counter, or laid down by the guardian.
    Raises ValidationError `state`, `by_law`.
    """
    citizen_id = _citizen(by)
    found: Delegation | None = (
        Delegation.objects.select_for_update(of=("self",)).filter(pk=delegation_id, ended_at=None).first()
    )
    if found is None:
        raise ValidationError(_("この代理は既に終了しています。"), code="state")
    mine = found.citizen_id == citizen_id
    if mine and found.basis != Basis.VOLUNTARY:
        raise ValidationError(_("法律に基づく代理は、自治体の窓口で終了します。"), code="by_law")
    found.ended_at, found.ending = timezone.now(), Ending.WITHDRAWN if mine else Ending.RESIGNED
    found.save(update_fields=["ended_at", "ending"])
    _record(by, "delegation.ended", found, citizen_id)
    return found


@contextmanager
def acting(by: Actor, delegation_id: UUID) -> Iterator[tuple[Actor, Delegation]]:
    """Speak in the principal's name for the length of the block; yields the actor to act as.

    Needs the delegate's own context. Raises PermissionDenied if there is no such delegation in force, or her
    digital ID is suspended or closed.
    """
    found = Delegation.objects.filter(pk=delegation_id, delegate_id=_citizen(by)).first()
    if found is None or not _live(found):
        raise PermissionDenied("no delegation in force")
    if not principal_standing(found).is_active:
        raise PermissionDenied("the principal's identity is not active")
    with context.representing(found.citizen_id, found.pk):
        yield replace(by, citizen_id=found.citizen_id, label=str(_("代理人"))), found


def principal_standing(found: Delegation) -> Standing:
    """Of her in whose name it is; in the delegate's own context."""
    with context.asking_about(found.citizen_id):
        return standing(found.citizen_id) or Standing("", None, test=False)


@action(kinds=(ActorKind.RESIDENT,))
def consent_as_delegate(
    *,
    by: Actor,
    delegation_id: UUID,
    relying_party: RelyingParty,
    attributes: Collection[str],
    until: datetime,
) -> UUID:
    """Never for longer than the delegation lasts: with the guardian's right ends what she allowed.

    Raises ValidationError of domain.delegation.Beyond, and those of grant_consent; PermissionDenied.
    """
    found = Delegation.objects.filter(pk=delegation_id, delegate_id=_citizen(by)).first()
    test = bool(found and principal_standing(found).test)
    with acting(by, delegation_id) as (actor, delegation):
        check_scope(delegation, Deed.CONSENT, relying_party)
        ends = timezone.make_aware(datetime.combine(delegation.until + timedelta(days=1), time.min))
        consent_id = grant_consent(
            by=actor,
            relying_party=relying_party,
            attributes=attributes,
            until=min(until, ends),
            manner=Manner(source=ConsentSource.DELEGATE, test=test),
        )
        _note(delegation, "consent.given", relying_party)
    return consent_id


@action(kinds=(ActorKind.RESIDENT,))
def withdraw_as_delegate(
    *, by: Actor, delegation_id: UUID, relying_party: RelyingParty, consent_id: UUID
) -> None:
    """Raises as consent_as_delegate and withdraw_consent do."""
    with acting(by, delegation_id) as (actor, delegation):
        check_scope(delegation, Deed.CONSENT, relying_party)
        withdraw_consent(by=actor, consent_id=consent_id)
        _note(delegation, "consent.withdrawn", relying_party)


def check_scope(delegation: Delegation, deed: Deed, relying_party: RelyingParty) -> None:
    """Raises ValidationError of a Beyond."""
    today = timezone.localdate()
    problem = beyond(scope_of(delegation), deed, relying_party.sector, relying_party.client_id, today)
    if problem:
        raise ValidationError(str(BEYOND[problem]), code=problem)


@action(IdentityPermission.PROOF_RESIDENTS)
def record_guardianship(
    *, by: Actor, ward: Citizen, hashed: str, basis: Basis, evidence: str, terms: Terms
) -> Delegation:
    """法定代理: of a minor by her parents until she is of age, or by a court's decision. First clerk.

    hashed: of the guardian's own code. Raises ValidationError `code`, `self`, `until`, `sectors`, `adult`.
    """
    today = timezone.localdate()
    until = terms.until
    if basis == Basis.PARENT:
        until = min(until, _last_minor_day(ward))
        if until < today:
            raise ValidationError(_("18歳に達しているため、親権者を登録できません。"), code="adult")
    _check_terms(replace(terms, until=until), today, None)
    code = shown(hashed, HandoverKind.DELEGATE)
    if code.citizen_id == ward.pk:
        raise at("code", _("本人を代理人にはできません。"), "self")
    use(code)
    recorded = Delegation(
        citizen=ward,
        delegate_id=code.citizen_id,
        municipality_id=require_municipality(),
        basis=basis,
        evidence=evidence,
        sectors=sorted(terms.sectors),
        may_consent=terms.may_consent,
        starts_on=today,
        until=until,
        principal_name=f"{ward.family_name} {ward.given_name}".strip(),
        prepared_by=UUID(by.id),
        prepared_by_name=by.label,
        prepared_persons=sorted(by.persons),
    )
    recorded.save(force_insert=True)
    _record(by, "guardianship.recorded", recorded, ward.pk)
    return recorded


@action(IdentityPermission.PROOF_RESIDENTS)
def confirm_guardianship(*, by: Actor, delegation_id: UUID) -> Delegation:
    """The second clerk. Raises ValidationError `four_eyes`, `state`."""
    found = _own(delegation_id, effective_at=None, ended_at=None)
    if by.is_among(found.prepared_by, found.prepared_persons):
        raise ValidationError(_("記録した職員とは別の職員が確認してください。"), code="four_eyes")
    found.confirmed_by, found.confirmed_by_name = UUID(by.id), by.label
    found.effective_at = timezone.now()
    found.save(update_fields=["confirmed_by", "confirmed_by_name", "effective_at"])
    _record(by, "guardianship.confirmed", found, found.citizen_id)
    tell(found.citizen_id, DELEGATION_RECORDED, once=f"guardian:{found.pk}")
    return found


@action(IdentityPermission.PROOF_RESIDENTS)
def end_guardianship(*, by: Actor, delegation_id: UUID) -> Delegation:
    """At once; also of a record that no second clerk confirmed. Raises ValidationError `state`."""
    found = _own(delegation_id, ended_at=None)
    found.ended_at, found.ending = timezone.now(), Ending.AUTHORITY
    found.save(update_fields=["ended_at", "ending"])
    _record(by, "guardianship.ended", found, found.citizen_id)
    tell(found.citizen_id, DELEGATION_ENDED, once=f"ended:{found.pk}")
    return found


@action(kinds=(ActorKind.SYSTEM,))
def end_delegations_over(*, by: Actor) -> int:
    """Terms that are past, of which coming of age is one, and closed identities; returns how many.

    Both are told that it is over, and not why: a death is nobody's to learn from us.
    """
    now, ended = timezone.now(), over()
    for pk, principal, delegate, how in ended:
        if Delegation.objects.filter(pk=pk, ended_at=None).update(ended_at=now, ending=how):
            tell_many([notice(one, DELEGATION_ENDED, once=f"ended:{pk}") for one in (principal, delegate)])
    if ended:
        record(by=by, action="delegation.ended", detail={"count": len(ended)})
    return len(ended)


def _last_minor_day(ward: Citizen) -> date:
    return reached_on(date.fromisoformat(ward.birth_date), ADULT) - timedelta(days=1)


def _check_terms(terms: Terms, today: date, longest: date | None) -> None:
    if terms.until < today:
        raise at("until", _("今日以降の日を入力してください。"), "until")
    if longest and terms.until >= longest:
        raise at("until", _("期間は3年以内にしてください。"), "until")
    if not terms.sectors or not set(terms.sectors) <= set(SECTORS):
        raise at("sectors", _("分野を選択してください。"), "sectors")


def _live(found: Delegation) -> bool:
    today = timezone.localdate()
    return bool(found.effective_at and not found.ended_at and found.starts_on <= today <= found.until)


def _note(delegation: Delegation, deed: str, relying_party: RelyingParty) -> None:
    """Both see it: she in whose name it was done, and who did it."""
    DelegateAct(
        citizen_id=delegation.citizen_id,
        delegation_id=delegation.pk,
        delegate_id=delegation.delegate_id,
        deed=deed,
        recipient=relying_party.name_ja,
    ).save(force_insert=True)
    tell(delegation.citizen_id, DELEGATE_ACTED, values={"recipient": relying_party.name_ja})


def _own(delegation_id: UUID, **state: object) -> Delegation:
    found: Delegation | None = (
        Delegation.objects.select_for_update().filter(pk=delegation_id, **state).first()
    )
    if found is None:
        raise ValidationError(_("この代理は既に処理されています。"), code="state")
    return found


def _record(by: Actor, deed: str, delegation: Delegation, citizen_id: UUID) -> None:
    detail = {"basis": delegation.basis, "until": delegation.until.isoformat(), "sectors": delegation.sectors}
    record(by=by, action=deed, target=delegation, citizen_id=citizen_id, detail=detail)


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id
