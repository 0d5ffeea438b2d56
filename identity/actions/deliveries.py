"""The worker's part in requests for consent: find whom they are for, and tell her; ask anew for new purposes.

In the worker's context, each pass one short transaction.
"""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from consortium.audit.record import record
from consortium.notifications.post import post, written
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.context_processors import site_name
from identity.models import (
    Citizen,
    CitizenStatus,
    ConsentEvent,
    ConsentKind,
    ConsentRequest,
    ContactAddress,
    Pseudonym,
    RequestKind,
)
from identity.notices import CONSENT_REQUESTED, tell
from services.domain.sectors import sector
from services.models import RelyingParty, RelyingPartyStatus
from services.queries import relying_party

from .contact import LANGUAGES
from .optin import ANSWER_WITHIN

AT_ONCE: Final = 200
MAIL: Final = "identity/email/notice"


@action(kinds=(ActorKind.SYSTEM,))
def deliver_requests(*, by: Actor) -> int:
    """Give each new request to the resident it means, with a notice and a mail that says nothing; returns how
    many were looked at. One that means nobody stays as it is until it expires, and so does one to somebody
    who is suspended or gone, or whom the service may not meet: a test resident, unless it is under test."""
    new = ConsentRequest.objects.filter(delivered_at=None).order_by("created_at")
    requests = list(new.select_for_update(skip_locked=True)[:AT_ONCE])
    for request in requests:
        meant = request.citizen_id or _meant(request)
        is_met = meant is not None and _may_meet(meant, request.client_id)
        request.citizen_id = meant if is_met else request.citizen_id
        request.delivered_at = timezone.now()
        request.save(update_fields=["citizen_id", "delivered_at"])
        if meant and is_met:
            _tell(by, request, meant)
    return len(requests)


def _meant(request: ConsentRequest) -> UUID | None:
    party = relying_party(request.client_id)
    if party is None or not party.is_approved:
        return None
    known = Pseudonym.objects.filter(value=request.subject, sector=party.sector)
    found: UUID | None = known.values_list("citizen_id", flat=True).first()
    return found


def _may_meet(citizen_id: UUID, client_id: str) -> bool:
    party = relying_party(client_id)
    if party is None:
        return False
    met = Citizen.objects.filter(pk=citizen_id, status=CitizenStatus.ACTIVE, test=party.test)
    return bool(met.exists())


def _tell(by: Actor, request: ConsentRequest, citizen_id: UUID) -> None:
    key = str(request.pk)
    values, target = {"recipient": request.recipient}, {"request_id": key}
    tell(citizen_id, CONSENT_REQUESTED, values=values, target=target, once=f"request:{key}")
    mail_that_there_is_news(citizen_id, once=f"request:{key}")
    record(by=by, action="consent.request_delivered", citizen_id=citizen_id, detail={"request": key})


def mail_that_there_is_news(citizen_id: UUID, *, once: str) -> None:
    """To the address that she confirmed, if any: that there is something to read, never what or from whom.

    In her own context or the worker's. once: of two mails with the same the second is not sent.
    """
    confirmed = ContactAddress.objects.filter(citizen=citizen_id, confirmed_at__isnull=False)
    if contact := confirmed.first():
        values = {"site": site_name(), "url": f"{settings.IDENTITY_URL}/"}
        letter = written(MAIL, values, to=contact.address, languages=LANGUAGES)
        post(letter, kind="resident.news", once=once)


@action(kinds=(ActorKind.SYSTEM,))
def ask_for_new_purposes(*, by: Actor) -> int:
    """Residents who consent to what a service no longer states as its purpose are asked about the new one;
    until they agree nothing leaves. Once per consent and purpose; returns how many were asked."""
    made: list[ConsentRequest] = []
    for party in RelyingParty.objects.filter(status=RelyingPartyStatus.APPROVED):
        made += [_anew(party, given) for given in _outdated(party)[:AT_ONCE]]
    ConsentRequest.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        record(by=by, action="consent.purposes_asked", detail={"count": len(made)})
    return len(made)


def _outdated(party: RelyingParty) -> "QuerySet[ConsentEvent]":
    """Live consents to an earlier purpose of active residents who have not been asked about the present one,
    nor agreed to it."""
    events = ConsentEvent.objects.filter(client_id=party.client_id)
    ended = events.filter(consent_id=OuterRef("consent_id"), event=ConsentKind.WITHDRAWN)
    agreed = events.filter(
        citizen_id=OuterRef("citizen_id"), event=ConsentKind.GIVEN, purpose_key=party.purpose_key
    )
    asked = ConsentRequest.objects.filter(
        consent_id=OuterRef("consent_id"), kind=RequestKind.PURPOSE, purpose_key=party.purpose_key
    )
    live = events.filter(event=ConsentKind.GIVEN, until__gt=timezone.now())
    outdated = live.exclude(purpose_key=party.purpose_key)
    active = Citizen.objects.filter(pk=OuterRef("citizen_id"), status=CitizenStatus.ACTIVE, test=party.test)
    found: QuerySet[ConsentEvent] = outdated.filter(
        Exists(active), ~Exists(ended), ~Exists(agreed), ~Exists(asked)
    )
    return found


def _taken_back(given: ConsentEvent) -> set[str]:
    narrowed = ConsentEvent.objects.filter(consent_id=given.consent_id, event=ConsentKind.NARROWED)
    return {name for row in narrowed for name in row.attributes}


def _anew(party: RelyingParty, given: ConsentEvent) -> ConsentRequest:
    allowed = sector(party.sector).attributes.intersection(party.attributes)
    return ConsentRequest(
        client_id=party.client_id,
        subject="",
        citizen_id=given.citizen_id,
        consent_id=given.consent_id,
        kind=RequestKind.PURPOSE,
        key=f"{given.consent_id}:{party.purpose_key}",
        recipient=party.name_ja,
        purpose=party.purpose_ja,
        purpose_key=party.purpose_key,
        former_purpose=given.purpose,
        attributes=sorted(allowed.intersection(given.attributes) - _taken_back(given)),
        until=given.until,
        expires_at=min(timezone.now() + ANSWER_WITHIN, given.until),
    )
