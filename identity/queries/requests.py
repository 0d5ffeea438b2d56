"""Requests for consent: those of a resident, and what a service may know of its own."""

from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from identity.models import Answer, ConsentRequest


class RequestState(StrEnum):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    EXPIRED = "expired"


def state_of(request: ConsentRequest) -> RequestState:
    if request.answer:
        return RequestState.GRANTED if request.answer == Answer.GRANTED else RequestState.REFUSED
    return RequestState.EXPIRED if request.expires_at <= timezone.now() else RequestState.WAITING


def is_waiting() -> Q:
    return Q(answer="", expires_at__gt=timezone.now())


def of_resident(citizen_id: UUID) -> "QuerySet[ConsentRequest]":
    """Newest first; in her context."""
    found: QuerySet[ConsentRequest] = ConsentRequest.objects.filter(citizen_id=citizen_id)
    return found


def waiting(citizen_id: UUID) -> "QuerySet[ConsentRequest]":
    return of_resident(citizen_id).filter(is_waiting())


def of_service(client_id: str, request_id: UUID) -> ConsentRequest | None:
    """Needs `context.person(None)`."""
    return ConsentRequest.objects.filter(pk=request_id, client_id=client_id).first()


def open_for(client_id: str, subject: str) -> int:
    """How many of one service wait for an answer of whom it calls this, be there such a resident or not."""
    return ConsentRequest.objects.filter(is_waiting(), client_id=client_id, subject=subject).count()
