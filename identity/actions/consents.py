"""A resident allows a service to receive some of her attributes, and takes it back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record, stream_of
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import ConsentEvent, ConsentKind
from identity.queries.consents import ConsentView, consent, live_consents
from identity.queries.standing import standing
from services.domain.sectors import sector
from services.models import RelyingParty

from .locks import lock_consent
from .logouts import tell_of_withdrawal
from .tokens import revoke_tokens


@action(kinds=(ActorKind.RESIDENT,))
def grant_consent(
    *, by: Actor, relying_party: RelyingParty, attributes: Collection[str], until: datetime
) -> UUID:
    """Allow these attributes for the service's present purpose; returns the consent's id.

    It replaces a live consent for the same purpose, so that one withdrawal is enough. An empty collection
    allows signing in and nothing else. Raises ValidationError `attributes`, `until`, `service`.
    """
    citizen_id = _citizen(by)
    _check(citizen_id, relying_party, attributes, until)
    lock_consent(citizen_id, relying_party.client_id)
    consent_id = uuid4()
    for earlier in live_consents(citizen_id, relying_party.client_id):
        if earlier.purpose == relying_party.purpose_ja:
            _append(_ending(citizen_id, earlier, replaced_by=consent_id))
    _append(
        ConsentEvent(
            citizen_id=citizen_id,
            consent_id=consent_id,
            event=ConsentKind.GIVEN,
            client_id=relying_party.client_id,
            recipient=relying_party.name_ja,
            purpose=relying_party.purpose_ja,
            attributes=sorted(attributes),
            until=until,
        )
    )
    detail = {"client_id": relying_party.client_id, "attributes": sorted(attributes)}
    record(by=by, action="consent.given", target=relying_party, citizen_id=citizen_id, detail=detail)
    return consent_id


@action(kinds=(ActorKind.RESIDENT,))
def withdraw_consent(*, by: Actor, consent_id: UUID) -> ConsentView:
    """At once: codes and tokens of the service end with it. Raises ValidationError `unknown`, `ended`."""
    citizen_id = _citizen(by)
    found = consent(citizen_id, consent_id)
    if found is None:
        raise ValidationError(_("この同意は見つかりません。"), code="unknown")
    lock_consent(citizen_id, found.client_id)
    found = consent(citizen_id, consent_id)  # again: another tab may have been first
    if found is None or not found.is_live:
        raise ValidationError(_("この同意は既に終了しています。"), code="ended")
    _append(_ending(citizen_id, found))
    ended = revoke_tokens(citizen_id, found.client_id)
    told = tell_of_withdrawal(citizen_id, found.client_id)
    detail = {
        "client_id": found.client_id,
        "consent_id": str(consent_id),
        "tokens": ended,
        "logout_notices": told,
    }
    record(by=by, action="consent.withdrawn", citizen_id=citizen_id, detail=detail)
    return found


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise ValidationError(_("本人のサインインが必要です。"), code="resident")
    return by.citizen_id


def _check(
    citizen_id: UUID, relying_party: RelyingParty, attributes: Collection[str], until: datetime
) -> None:
    here = standing(citizen_id)
    if not relying_party.is_approved or here is None or here.test != relying_party.test:
        raise ValidationError(_("このサービスは利用できません。"), code="service")
    allowed = sector(relying_party.sector).attributes.intersection(relying_party.attributes)
    if not allowed.issuperset(attributes):
        raise ValidationError(_("このサービスが求められない情報が含まれています。"), code="attributes")
    if until <= timezone.now():
        raise ValidationError(_("期限は今より後にしてください。"), code="until")


def _ending(citizen_id: UUID, earlier: ConsentView, *, replaced_by: UUID | None = None) -> ConsentEvent:
    return ConsentEvent(
        citizen_id=citizen_id,
        consent_id=earlier.consent_id,
        event=ConsentKind.WITHDRAWN,
        client_id=earlier.client_id,
        recipient=earlier.recipient,
        purpose=earlier.purpose,
        attributes=list(earlier.attributes),
        until=earlier.until,
        replaced_by=replaced_by,
    )


def _append(event: ConsentEvent) -> None:
    event.stream = stream_of(None, event.citizen_id)
    event.save(force_insert=True)
