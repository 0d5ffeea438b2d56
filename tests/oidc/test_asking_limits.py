"""Whom a request for consent reaches, and how soon a service asks again for what was refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.actions.consents import Manner, grant_consent
from identity.actions.optin import Decision, answer_request, ask_again
from identity.context import resident as speaking
from identity.domain.consent import pause_after
from identity.models import Citizen, ConsentCondition, ConsentRequest, ResidentNotice
from identity.queries.consents import consent
from identity.tasks import ask_for_new_purposes_
from services.models import RelyingParty
from tests.identity.residents import Resident
from tests.isolation.rows import as_owner

from .asking import answer, ask, asked, change, deliver, machine, subject_of
from .support import Service
from .test_optin import asking

__all__ = ["asking"]
pytestmark = pytest.mark.django_db


def become(resident: Resident, **columns: Any) -> None:
    with as_owner():
        Citizen.objects.filter(pk=resident.citizen_id).update(**columns)


def notices(resident: Resident) -> int:
    with as_owner():
        told = ResidentNotice.objects.filter(citizen=resident.citizen_id, kind="consent.requested")
        return int(told.count())


@pytest.mark.parametrize("columns", [{"status": "suspended"}, {"status": "closed"}, {"test": True}])
def test_a_request_to_who_is_suspended_gone_or_for_tests_reaches_nobody(
    hanako: Resident, asking: Service, columns: dict[str, Any]
) -> None:
    token, subject = machine(asking), subject_of(asking, hanako)
    become(hanako, **columns)
    assert ask(asking, token, subject=subject).status_code == 202
    deliver()
    with as_owner():
        (request,) = ConsentRequest.objects.all()
    assert (request.citizen_id, notices(hanako)) == (None, 0)
    assert request.delivered_at, "looked at once, and not again"


def approved(service: Service) -> RelyingParty:
    """As it is now."""
    with context.person(None):
        return RelyingParty.objects.get(pk=service.party.pk)


@pytest.mark.parametrize("columns", [{"status": "suspended"}, {"status": "closed"}, {"test": True}])
def test_nor_does_a_new_purpose(hanako: Resident, asking: Service, columns: dict[str, Any]) -> None:
    answer(hanako, asked(asking, hanako))
    before = notices(hanako)
    become(hanako, **columns)
    change(asking, purpose_ja="別の目的のため")
    ask_for_new_purposes_.apply(headers=HOUSEKEEPING, throw=True)
    deliver()
    assert notices(hanako) == before


def test_who_refused_one_use_is_left_alone_for_longer_each_time(hanako: Resident, asking: Service) -> None:
    party = approved(asking)
    with speaking(hanako.citizen_id) as her:
        given = grant_consent(
            by=her,
            relying_party=party,
            attributes=["resident_of"],
            until=timezone.now() + timedelta(days=200),
            manner=Manner(condition=ConsentCondition.EACH_TIME),
        )

    def again() -> ConsentRequest:
        with speaking(hanako.citizen_id) as her:
            service = Actor(ActorKind.SERVICE, asking.party.client_id, citizen_id=her.citizen_id)
            found = consent(hanako.citizen_id, given)
            assert found
            return ask_again(by=service, party=party, consent=found)

    def refuse(request: ConsentRequest) -> None:
        with speaking(hanako.citizen_id) as her:
            answer_request(by=her, request_id=request.pk, decision=Decision(granted=()))

    def passes(days: float) -> None:
        with as_owner():
            for row in ConsentRequest.objects.exclude(answer=""):
                earlier = row.answered_at - timedelta(days=days)
                ConsentRequest.objects.filter(pk=row.pk).update(answered_at=earlier)

    first = again()
    refuse(first)
    assert again().pk == first.pk, "she said no a moment ago"
    passes(1.1)
    second = again()
    assert second.pk != first.pk
    refuse(second)
    passes(1.1)
    assert again().pk == second.pk, "the second no counts for two days"
    passes(1)
    assert again().pk not in {first.pk, second.pk}


def test_pauses_grow_to_a_month() -> None:
    assert [pause_after(times).days for times in (0, 1, 2, 3, 6, 99)] == [0, 1, 2, 4, 30, 30]
