"""Services ask residents for consent, and residents answer: the dynamic side of opt-in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.celery import HEADERS, app
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity import consent_events
from identity.domain.consent import pause_after
from identity.models import (
    Answer,
    ConsentCondition,
    ConsentRequest,
    ConsentSource,
    LogoutCause,
    RequestKind,
)
from identity.queries.consents import ConsentView, live_consents
from identity.queries.requests import is_waiting, of_resident
from services.domain.sectors import sector
from services.models import RelyingParty
from services.queries import relying_party

from .consent_notices import tell_of_change
from .consents import Manner, approve_use, grant_consent
from .pseudonyms import pseudonym_for

DELIVER: Final = "identity.tasks.deliver_requests"
ANSWER_WITHIN: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=365)
WHOLE: Final = _("1回分の確認では、依頼のすべてを認めるか、断ってください。")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a service would like. subject: the resident's pseudonym in its sector, as it knows her."""

    subject: str
    attributes: Collection[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What she answers. granted: attributes, none to refuse. until: no later than the service wished."""

    granted: Collection[str]
    until: datetime | None = None
    condition: ConsentCondition | None = None


@action(kinds=(ActorKind.SERVICE,))
def ask_consent(*, by: Actor, party: RelyingParty, wish: Wish) -> ConsentRequest:
    """Take down what a service asks of a resident. Whether there is such a resident is found out later, by
    the worker, so that the answer does not tell. Raises ValidationError `attributes`, `until`."""
    _check(party, wish)
    request = _request(party, wish.subject, wish.attributes, wish.until, key=uuid4().hex)
    request.save(force_insert=True)
    detail = {"request": str(request.pk), "attributes": sorted(wish.attributes)}
    record(by=by, action="consent.requested", target=party, detail=detail)
    wake()
    return request


@action(kinds=(ActorKind.SERVICE,))
def ask_again(*, by: Actor, party: RelyingParty, consent: ConsentView) -> ConsentRequest:
    """Of a consent of which she wants to be asked each time: take down that the service wants to use it once
    more. Asking again while she has not answered, or soon after she refused, changes nothing. Needs her
    context."""
    citizen_id = _citizen(by)
    asked = of_resident(citizen_id).filter(kind=RequestKind.APPROVAL, consent_id=consent.consent_id)
    if found := asked.filter(is_waiting()).first() or _refused_lately(asked):
        return found
    subject = pseudonym_for(citizen_id, party.sector)
    request = _request(party, subject, consent.attributes, consent.until, key=uuid4().hex)
    request.kind, request.citizen_id, request.consent_id = (
        RequestKind.APPROVAL,
        citizen_id,
        consent.consent_id,
    )
    request.save(force_insert=True)
    detail = {"request": str(request.pk), "consent_id": str(consent.consent_id)}
    record(by=by, action="consent.requested", target=party, citizen_id=citizen_id, detail=detail)
    wake()
    return request


def _refused_lately(asked: "QuerySet[ConsentRequest]") -> ConsentRequest | None:
    """The last of those that she refused in a row, while she is to be left alone."""
    answered = list(asked.exclude(answer="").order_by("-answered_at")[:10])
    refused = list(takewhile(lambda one: one.answer == Answer.REFUSED, answered))
    if not refused or refused[0].answered_at is None:
        return None
    again_at = refused[0].answered_at + pause_after(len(refused))
    return refused[0] if timezone.now() < again_at else None


@action(kinds=(ActorKind.RESIDENT,))
def answer_request(*, by: Actor, request_id: UUID, decision: Decision) -> ConsentRequest:
    """She grants all, some or none of what was asked for; the service hears that she answered.

    What she allows it for the same purpose already stays allowed, unless it was asked for and not granted;
    it moves into the new consent. Raises ValidationError `unknown`, `answered`, `expired`, `purpose`,
    `service`, `attributes`, `until`.
    """
    citizen_id = _citizen(by)
    request = _open(citizen_id, request_id)
    party = relying_party(request.client_id)
    if party is None or party.purpose_key != request.purpose_key:
        raise ValidationError(
            _("サービスの利用目的が変わったため、この依頼には答えられません。"), code="purpose"
        )
    if set(decision.granted) - set(request.attributes):
        raise ValidationError(_("依頼にない情報が含まれています。"), code="attributes")
    if decision.granted:
        request.consent_id = _grant(by, request, party, decision)
    request.answer = Answer.GRANTED if decision.granted else Answer.REFUSED
    request.answered_at, request.granted = timezone.now(), sorted(decision.granted)
    request.save(update_fields=["answer", "answered_at", "granted", "consent_id"])
    tell_of_change(
        citizen_id,
        request.client_id,
        LogoutCause.ANSWERED,
        consent_events.ANSWERED,
        request=str(request.pk),
    )
    detail = {"request": str(request.pk), "client_id": request.client_id, "answer": request.answer}
    record(by=by, action="consent.request_answered", citizen_id=citizen_id, detail=detail)
    return request


def _grant(by: Actor, request: ConsentRequest, party: RelyingParty, decision: Decision) -> UUID:
    if request.kind == RequestKind.APPROVAL and request.consent_id:
        if set(decision.granted) != set(request.attributes):
            raise ValidationError(WHOLE, code="attributes")
        return approve_use(by=by, consent_id=request.consent_id).consent_id
    until = decision.until or request.until
    if until > request.until:
        raise ValidationError(_("期限は、サービスが希望した日までにしてください。"), code="until")
    refused = set(request.attributes) - set(decision.granted)
    manner = Manner(ConsentSource.REQUEST, decision.condition, refused, request.pk)
    attributes = set(decision.granted)
    for held in _held(by, party):
        if kept := (set(held.attributes) & _allowed(party)) - refused - attributes:
            attributes |= kept
            until = min(until, held.until)  # what she had granted only until then
    return grant_consent(by=by, relying_party=party, attributes=attributes, until=until, manner=manner)


def _held(by: Actor, party: RelyingParty) -> list[ConsentView]:
    found = live_consents(_citizen(by), party.client_id)
    return [held for held in found if held.purpose_key == party.purpose_key]


def _open(citizen_id: UUID, request_id: UUID) -> ConsentRequest:
    """Locked: of two answers at once the second finds the first."""
    request = of_resident(citizen_id).select_for_update().filter(pk=request_id).first()
    if request is None:
        raise ValidationError(_("この依頼は見つかりません。"), code="unknown")
    if request.answer:
        raise ValidationError(_("この依頼には既に答えています。"), code="answered")
    if request.expires_at <= timezone.now():
        raise ValidationError(_("この依頼は期限が過ぎています。"), code="expired")
    return request


def _check(party: RelyingParty, wish: Wish) -> None:
    if not wish.attributes or not _allowed(party).issuperset(wish.attributes):
        message = _("登録された属性から1つ以上を指定してください。")
        raise ValidationError({"attributes": ValidationError(message, code="attributes")})
    now = timezone.now()
    if not now < wish.until <= now + LONGEST:
        message = _("期限は、今より後で1年以内にしてください。")
        raise ValidationError({"until": ValidationError(message, code="until")})


def _allowed(party: RelyingParty) -> frozenset[str]:
    return sector(party.sector).attributes.intersection(party.attributes)


def _request(
    party: RelyingParty, subject: str, attributes: Collection[str], until: datetime, *, key: str
) -> ConsentRequest:
    """Not stored yet. What nobody answers by then is of no use to the service any more."""
    return ConsentRequest(
        client_id=party.client_id,
        subject=subject,
        key=key,
        recipient=party.name_ja,
        purpose=party.purpose_ja,
        purpose_key=party.purpose_key,
        attributes=sorted(set(attributes)),
        until=until,
        expires_at=min(timezone.now() + ANSWER_WITHIN, until),
    )


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id


def wake() -> None:
    """Once per transaction. Should the message be lost, the next tick of the schedule does the same."""
    if not any(entry[1] is _publish for entry in connection.run_on_commit):
        transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    app.send_task(DELIVER, headers=HEADERS, retry=False)
