"""Whose addresses a provider may speak for: a municipality asks for a domain, the secretariat confirms it.

Otherwise a municipality could make accounts at another's addresses, before their owners come.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership.permissions import MembershipPermission
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders_in, secretaries
from consortium.notifications.kinds import Kind
from consortium.sso.models import DomainState, Policy, SsoDomain, SsoEntrance
from consortium.sso.notices import DOMAIN_ASKED, DOMAIN_CONFIRMED, DOMAIN_REFUSED, DOMAIN_WITHDRAWN
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

from .locks import lock_entrance


def keep_domains(by: Actor, wanted: Sequence[str]) -> None:
    """Part of an action: ask for the new, drop the others; a refused one may be asked for anew,
    and stays to be seen until then.

    With the last confirmed one the entrance is shut.
    """
    lock_entrance(context.require_municipality())
    held = SsoDomain.objects.exclude(state=DomainState.REFUSED).filter(domain__in=wanted)
    kept = set(held.values_list("domain", flat=True))
    others = SsoDomain.objects.exclude(domain__in=kept)
    refused = {one.domain: one for one in others.filter(state=DomainState.REFUSED)}
    others.exclude(domain__in=refused.keys() - set(wanted)).delete()
    for domain in wanted:
        if domain not in kept:
            _ask(by, domain, refused.get(domain))
    _shut_without_domain(by, context.require_municipality())


def _ask(by: Actor, domain: str, refused: SsoDomain | None) -> None:
    """refused: the answer to the same question earlier, which whoever answers anew has to know."""
    asked = SsoDomain(domain=domain, asked_by=by.label[:60])
    if refused:
        asked.decided_at, asked.decided_by = refused.decided_at, refused.decided_by
        asked.reason = refused.reason
    asked.save(force_insert=True)
    place = asked.municipality
    notify(
        DOMAIN_ASKED,
        to=secretaries(MembershipPermission.ADMIT),
        values={"municipality": place.name, "romaji": place.romaji, "domain": domain},
        target={"domain": asked.pk},
    )


@action(MembershipPermission.ADMIT)
def confirm_domain(*, by: Actor, domain: SsoDomain) -> None:
    """From now on the municipality's provider speaks for its addresses.

    ValidationError for one that doesn't wait, or that is another municipality's.
    """
    locked = _locked(domain)
    if locked.state != DomainState.WAITING:
        raise ValidationError(_("このドメインは既に処理されています。"), code="decided")
    try:
        with transaction.atomic():
            _decide(by, locked, DomainState.CONFIRMED)
    except IntegrityError as error:
        message = _(
            "このドメインは、ほかの自治体のものとして確認済みです。先にその確認を取り消してください。"
        )
        raise ValidationError(message, code="of_another") from error
    _tell(by, locked, "sso.domain_confirmed", DOMAIN_CONFIRMED)


@action(MembershipPermission.ADMIT)
def refuse_domain(*, by: Actor, domain: SsoDomain, reason: str) -> None:
    """Also takes back what was confirmed; with a municipality's last one its entrance is shut.

    ValidationError for one that is refused already.
    """
    locked = _locked(domain)
    withdrawn = locked.state == DomainState.CONFIRMED
    if locked.state == DomainState.REFUSED:
        raise ValidationError(_("このドメインは既に処理されています。"), code="decided")
    _decide(by, locked, DomainState.REFUSED, reason)
    if withdrawn:
        _shut_without_domain(by, locked.municipality_id)
        _tell(by, locked, "sso.domain_withdrawn", DOMAIN_WITHDRAWN)
    else:
        _tell(by, locked, "sso.domain_refused", DOMAIN_REFUSED)


def _shut_without_domain(by: Actor, municipality_id: int) -> None:
    """Where the provider speaks for no domain it lets nobody new in; demanded, it would keep them out."""
    if SsoDomain.visible.filter(municipality_id=municipality_id, state=DomainState.CONFIRMED).exists():
        return
    entrances = SsoEntrance.visible.exclude(policy=Policy.OFF).filter(municipality_id=municipality_id)
    for entrance in entrances.select_for_update():
        before, entrance.policy = entrance.policy, Policy.OFF
        entrance.save(update_fields=["policy"])
        detail = {"from": before, "to": str(Policy.OFF)}
        record(
            by=by, action="sso.policy_set", target=entrance, municipality_id=municipality_id, detail=detail
        )


def _locked(domain: SsoDomain) -> SsoDomain:
    lock_entrance(domain.municipality_id)
    rows = SsoDomain.visible.select_for_update(of=("self",)).select_related("municipality")
    locked: SsoDomain = rows.get(pk=domain.pk)
    return locked


def _decide(by: Actor, domain: SsoDomain, state: DomainState, reason: str = "") -> None:
    domain.state, domain.reason = state, reason
    domain.decided_at, domain.decided_by = timezone.now(), by.label[:60]
    domain.save(update_fields=["state", "reason", "decided_at", "decided_by"])


def _tell(by: Actor, domain: SsoDomain, event: str, kind: Kind) -> None:
    """In both logs, and to the municipality's administrators."""
    detail = {"domain": domain.domain, "municipality": domain.municipality.code}
    for stream in (None, domain.municipality_id):
        record(by=by, action=event, target=domain, municipality_id=stream, detail=detail)
    notify(
        kind,
        to=holders_in(domain.municipality_id, MembershipPermission.MANAGE_STAFF),
        values={"domain": domain.domain, "reason": domain.reason},
    )
