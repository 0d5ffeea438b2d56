"""A service that asks for consent, and a resident who answers on her page."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.queries.consents import ConsentView, live_consents
from identity.tasks import deliver_requests_
from services.models import RelyingParty
from tests.identity.residents import Resident

from .support import Service

ASK, MINE = "/api/v1/consent-requests/", "/api/v1/me/consent-requests/"
ATTRIBUTES = "/api/v1/me/attributes/"
EVERYTHING = ["resident_of", "age_over_65"]


def machine(service: Service) -> str:
    token: str = service.post({"grant_type": "client_credentials"}).json()["access_token"]
    return token


def in_days(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).isoformat()


def ask(service: Service, token: str, to: str = ASK, key: str = "", **body: Any) -> Any:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} | ({"HTTP_IDEMPOTENCY_KEY": key} if key else {})
    wish = {"attributes": EVERYTHING, "until": in_days(90), **body}
    return service.machine.post(to, json.dumps(wish), content_type="application/json", **headers)


def state(service: Service, token: str, request_id: str) -> Any:
    return service.machine.get(f"{ASK}{request_id}/", HTTP_AUTHORIZATION=f"Bearer {token}").json()


def deliver() -> None:
    deliver_requests_.apply(headers=HOUSEKEEPING, throw=True)


def subject_of(service: Service, resident: Resident) -> str:
    """Known since she signed in once, with nothing but that."""
    token = service.tokens(resident.client, scope="openid")["access_token"]
    return str(service.userinfo(token).json()["sub"])


def asked(service: Service, resident: Resident, **more: Any) -> str:
    response = ask(service, machine(service), subject=subject_of(service, resident), **more)
    assert response.status_code == 202, response.content
    deliver()
    return str(response.json()["id"])


def answer(resident: Resident, request_id: str, **fields: Any) -> Any:
    page = resident.client.get(f"/me/requests/{request_id}/")
    once = page.content.decode().split('name="once" value="')[1].split('"')[0]
    given = {"decision": "allow", "term": "wished", "granted": EVERYTHING, "once": once, **fields}
    return resident.client.post(f"/me/requests/{request_id}/", given)


def live(resident: Resident, service: Service) -> list[ConsentView]:
    with context.citizen(resident.citizen_id):
        return live_consents(resident.citizen_id, service.party.client_id)


def attributes(service: Service, token: str) -> Any:
    return service.machine.get(ATTRIBUTES, HTTP_AUTHORIZATION=f"Bearer {token}")


def change(service: Service, **columns: Any) -> None:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(**columns)
