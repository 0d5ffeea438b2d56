"""The one way out: no attribute of a resident reaches a service but through `disclose`."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from consortium.audit.record import stream_of
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.statements import insert
from identity.domain.attributes import Attribute
from identity.models import ConsentEvent, ConsentKind, Disclosure
from identity.queries.basis import Basis
from identity.queries.consents import ConsentView
from identity.queries.grounds import grounds
from identity.queries.personal import Value, values
from services.domain.sectors import sector
from services.models import RelyingParty

from .consent_log import following
from .locks import lock_consent


class DisclosureRefused(Exception):
    """Nothing was disclosed, nothing was written."""


class NoConsent(DisclosureRefused):
    """She has no live consent for this service and its present purpose."""


class ApprovalNeeded(NoConsent):
    """She consents, and wants to be asked each time: nothing is approved that has not been used."""

    def __init__(self, consent_id: UUID) -> None:
        super().__init__(str(consent_id))
        self.consent_id = consent_id


class NotAvailable(DisclosureRefused):
    """Her municipality has not adopted the service, it is not approved, or one of both is for tests."""


class NotProofed(DisclosureRefused):
    """Her identity is not, or no longer, established as the service's sector demands."""


@action(kinds=(ActorKind.RESIDENT, ActorKind.SERVICE), one_statement=True)
def disclose(
    *, by: Actor, relying_party: RelyingParty, requested: Collection[str], path: str
) -> dict[Attribute, Value]:
    """Return the requested attributes that a live consent covers now, and write down that they left.

    by: the resident, or a service speaking with her token; its citizen_id says whose attributes. Needs
    her context. path: how they leave ("id_token", "userinfo", …). The row is in the
    caller's transaction. What has no value is neither returned nor written; if that is all, no row is, and no
    approval is used up. Raises DisclosureRefused.
    """
    citizen_id = by.citizen_id
    if citizen_id is None:
        raise NoConsent
    lock_consent(citizen_id, relying_party.client_id, shared=True)
    found = grounds(citizen_id, relying_party.client_id, record=True)
    if found is None:
        raise NotAvailable
    _check_policy(found.basis, relying_party)
    consent = _live(found.consents, relying_party)
    if found.record is None:
        raise NoConsent
    told = values(found.record, _covered(consent, relying_party, requested), timezone.localdate())
    if told:
        _write(citizen_id, relying_party, consent, [*told], path)
    return told


def _check_policy(here: Basis, relying_party: RelyingParty) -> None:
    if not here.is_active or here.municipality_id is None:
        raise NotAvailable
    if not relying_party.is_approved or not here.meets(test=relying_party.test):
        raise NotAvailable
    if here.proofing < sector(relying_party.sector).min_proofing:
        raise NotProofed


def _live(consents: Iterable[ConsentView], relying_party: RelyingParty) -> ConsentView:
    """A consent to an earlier purpose does not count, nor to the same one before it was changed and changed
    back: the service has to ask anew."""
    for consent in consents:
        if consent.purpose_key == relying_party.purpose_key:
            return consent
    raise NoConsent


def _approval(citizen_id: UUID, consent: ConsentView) -> list[ConsentEvent]:
    """The use of it, where she wants to be asked each time."""
    if not consent.is_each_time:
        return []
    if consent.approval is None:
        raise ApprovalNeeded(consent.consent_id)
    return [following(citizen_id, consent, ConsentKind.USED, number=consent.approval)]


def _covered(
    consent: ConsentView, relying_party: RelyingParty, requested: Collection[str]
) -> list[Attribute]:
    """In the catalogue's order: asked for, consented to, and still allowed to service and sector."""
    policy = sector(relying_party.sector).attributes.intersection(relying_party.attributes)
    covered = policy.intersection(requested, consent.attributes)
    return [attribute for attribute in Attribute if attribute in covered]


def _write(
    citizen_id: UUID,
    relying_party: RelyingParty,
    consent: ConsentView,
    attributes: list[Attribute],
    path: str,
) -> None:
    """Of two disclosures at once that take the same approval the second fails on the log's constraint."""
    used = _approval(citizen_id, consent)
    row = Disclosure(
        stream=stream_of(None, citizen_id),
        citizen_id=citizen_id,
        consent_id=consent.consent_id,
        client_id=relying_party.client_id,
        recipient=relying_party.name_ja,
        purpose=consent.purpose,
        attributes=[attribute.value for attribute in attributes],
        path=path,
    )
    if not used:
        insert(row)
        return
    try:
        with transaction.atomic():
            insert(*used, row)
    except IntegrityError:
        raise ApprovalNeeded(consent.consent_id) from None
