"""A resident allows a service to receive some of her attributes, and takes it back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record, stream_of
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity import consent_events
from identity.domain.consent import month_end
from identity.models import ConsentCondition, ConsentEvent, ConsentKind, ConsentSource, LogoutCause
from identity.queries.consents import ConsentView, consent, events, live_consents
from identity.queries.standing import standing
from services.domain.sectors import sector
from services.models import RelyingParty

from .consent_log import following
from .consent_notices import tell_of_change
from .locks import lock_consent
from .logouts import tell_of_withdrawal
from .tokens import revoke_tokens


@dataclass(frozen=True, slots=True)
class Manner:
    """How a consent is given. refused: what was asked for and is not granted. request_id: the request that
    this answers. test: of a delegate's alone, to whom her record is not open, whether she is a test resident;
    that she is active has been made sure of."""

    source: ConsentSource = ConsentSource.SCREEN
    condition: ConsentCondition | None = None
    refused: Collection[str] = ()
    request_id: UUID | None = None
    test: bool = False


ON_SCREEN: Final = Manner()


@action(kinds=(ActorKind.RESIDENT,))
def grant_consent(
    *,
    by: Actor,
    relying_party: RelyingParty,
    attributes: Collection[str],
    until: datetime,
    manner: Manner = ON_SCREEN,
) -> UUID:
    """Allow these attributes for the service's present purpose; returns the consent's id.

    It replaces a live consent for the same purpose, so that one withdrawal is enough. Her wish to be asked
    each time outlives it, and a change of purpose: only a withdrawal ends it. An empty collection allows
    signing in and nothing else. "今月だけ" ends it with the month, if `until` is later. Raises
    ValidationError `attributes`, `until`, `service`.
    """
    citizen_id = _citizen(by)
    _check(_is_test(citizen_id, manner), relying_party, attributes, until)
    lock_consent(citizen_id, relying_party.client_id)
    consent_id, condition, now = uuid4(), manner.condition, timezone.now()
    for earlier in live_consents(citizen_id, relying_party.client_id):
        if earlier.is_each_time:
            condition = ConsentCondition.EACH_TIME
        if earlier.purpose_key == relying_party.purpose_key:
            following(citizen_id, earlier, ConsentKind.WITHDRAWN, replaced_by=consent_id).save(
                force_insert=True
            )
    if condition == ConsentCondition.THIS_MONTH:
        until = min(until, month_end(now))
    given = ConsentEvent(
        stream=stream_of(None, citizen_id),
        citizen_id=citizen_id,
        consent_id=consent_id,
        event=ConsentKind.GIVEN,
        occurred_at=now,
        client_id=relying_party.client_id,
        recipient=relying_party.name_ja,
        purpose=relying_party.purpose_ja,
        purpose_key=relying_party.purpose_key,
        attributes=sorted(attributes),
        until=until,
        condition=condition or "",
        source=manner.source,
        refused=sorted(manner.refused) or None,
        request_id=manner.request_id,
    )
    given.save(force_insert=True)
    detail = {"client_id": relying_party.client_id, "attributes": sorted(attributes)}
    record(by=by, action="consent.given", target=relying_party, citizen_id=citizen_id, detail=detail)
    return consent_id


@action(kinds=(ActorKind.RESIDENT,))
def withdraw_consent(*, by: Actor, consent_id: UUID) -> ConsentView:
    """At once: codes and tokens of the service end with it. Raises ValidationError `unknown`, `ended`."""
    citizen_id = _citizen(by)
    found = _live(citizen_id, consent_id)
    following(citizen_id, found, ConsentKind.WITHDRAWN).save(force_insert=True)
    ended = revoke_tokens(citizen_id, found.client_id)
    told = tell_of_withdrawal(citizen_id, found.client_id)
    tell_of_change(
        citizen_id,
        found.client_id,
        LogoutCause.WITHDRAWN,
        consent_events.WITHDRAWN,
        attributes=list(found.attributes),
    )
    detail = {
        "client_id": found.client_id,
        "consent_id": str(consent_id),
        "tokens": ended,
        "logout_notices": told,
    }
    record(by=by, action="consent.withdrawn", citizen_id=citizen_id, detail=detail)
    return found


@action(kinds=(ActorKind.RESIDENT,))
def narrow_consent(*, by: Actor, consent_id: UUID, attributes: Collection[str]) -> ConsentView:
    """Take back some of what was granted; the rest stays. To take back all is to withdraw it.

    Tokens live on and yield no more than is still granted. Raises ValidationError `unknown`, `ended`,
    `attributes` for none, for all and for what is not granted.
    """
    citizen_id = _citizen(by)
    found = _live(citizen_id, consent_id)
    if not attributes or not set(attributes) < set(found.attributes):
        raise ValidationError(
            _(
                "撤回する情報を、提供している情報の一部から選んでください。すべてなら、同意を撤回してください。"
            ),
            code="attributes",
        )
    number = len([row for row in events(citizen_id, consent_id) if row.event == ConsentKind.NARROWED]) + 1
    following(citizen_id, found, ConsentKind.NARROWED, attributes=attributes, number=number).save(
        force_insert=True
    )
    detail = {
        "client_id": found.client_id,
        "consent_id": str(consent_id),
        "attributes": sorted(attributes),
    }
    tell_of_change(
        citizen_id,
        found.client_id,
        LogoutCause.NARROWED,
        consent_events.NARROWED,
        attributes=sorted(attributes),
        remaining=[name for name in found.attributes if name not in attributes],
    )
    record(by=by, action="consent.narrowed", citizen_id=citizen_id, detail=detail)
    return found


@action(kinds=(ActorKind.RESIDENT,))
def approve_use(*, by: Actor, consent_id: UUID) -> ConsentView:
    """Allow one disclosure more under a consent of which she wants to be asked each time.

    Approving what is approved already changes nothing. Raises ValidationError `unknown`, `ended`,
    `condition`.
    """
    citizen_id = _citizen(by)
    found = _live(citizen_id, consent_id)
    if not found.is_each_time:
        raise ValidationError(_("この同意には毎回の確認は要りません。"), code="condition")
    if found.waits:
        approved = [row for row in events(citizen_id, consent_id) if row.event == ConsentKind.APPROVED]
        number = len(approved) + 1
        following(citizen_id, found, ConsentKind.APPROVED, number=number).save(force_insert=True)
        detail = {"client_id": found.client_id, "consent_id": str(consent_id), "number": number}
        record(by=by, action="consent.approved", citizen_id=citizen_id, detail=detail)
    return found


def _live(citizen_id: UUID, consent_id: UUID) -> ConsentView:
    """Under its lock. Raises ValidationError `unknown`, `ended`."""
    found = consent(citizen_id, consent_id)
    if found is None:
        raise ValidationError(_("この同意は見つかりません。"), code="unknown")
    lock_consent(citizen_id, found.client_id)
    found = consent(citizen_id, consent_id)  # again: another tab may have been first
    if found is None or not found.is_live:
        raise ValidationError(_("この同意は既に終了しています。"), code="ended")
    return found


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise ValidationError(_("本人のサインインが必要です。"), code="resident")
    return by.citizen_id


def _is_test(citizen_id: UUID, manner: Manner) -> bool | None:
    """None for nobody."""
    if manner.source == ConsentSource.DELEGATE:
        return manner.test
    here = standing(citizen_id)
    return here.test if here else None


def _check(
    test: bool | None, relying_party: RelyingParty, attributes: Collection[str], until: datetime
) -> None:
    if not relying_party.is_approved or test != relying_party.test:
        raise ValidationError(_("このサービスは利用できません。"), code="service")
    allowed = sector(relying_party.sector).attributes.intersection(relying_party.attributes)
    if not allowed.issuperset(attributes):
        raise ValidationError(_("このサービスが求められない情報が含まれています。"), code="attributes")
    if until <= timezone.now():
        raise ValidationError(_("期限は今より後にしてください。"), code="until")
