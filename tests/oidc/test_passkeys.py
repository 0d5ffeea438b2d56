"""What becomes of a service's tokens when a resident takes one of her keys out of use."""

import json
from typing import Any

import pytest
from django.test import Client

from consortium.tenancy import context
from deploy.demo.authenticator import Authenticator
from identity.models import Passkey
from tests.identity.residents import ORIGIN, Resident, options, sign_in

from .support import HOST, OFFLINE, Service, refused

pytestmark = pytest.mark.django_db


def test_nothing_won_with_a_stolen_key_outlives_it(hanako: Resident, transport: Any, register: Any) -> None:
    service: Service = register(transport, grant_types=["authorization_code", "refresh_token"])
    stolen, thief = Authenticator(ORIGIN), Client(HTTP_HOST=HOST)
    hanako.client.defaults["HTTP_HOST"] = HOST
    made = stolen.create(options(hanako.client.get("/me/passkeys/add/")))
    hanako.client.post("/me/passkeys/add/", {"name": "盗難", "credential": json.dumps(made)})
    sign_in(thief, stolen)
    tokens = service.tokens(thief, scope=OFFLINE)
    assert service.userinfo(tokens["access_token"]).status_code == 200
    with context.citizen(hanako.citizen_id):
        key = Passkey.objects.get(name="盗難")
    assert hanako.client.post(f"/me/passkeys/{key.pk}/revoke/").status_code == 302
    assert service.userinfo(tokens["access_token"]).status_code == 401
    refused(service.refresh(tokens["refresh_token"]), 400, "invalid_grant")
