"""One code, many hands."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from consortium.membership.models import User
from consortium.tenancy import context
from deploy.demo.authenticator import Authenticator
from identity.models import Passkey

from .residents import ORIGIN, Counter, options

HANDS = 6


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_many_gets_the_code(identity_surface: Any, counter: Counter) -> None:
    citizen = counter.proofed()
    code = counter.issue(citizen)
    ready = [_ready(code) for _ in range(HANDS)]
    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(_finish, ready))
    assert sorted(answers) == [302] + [422] * (HANDS - 1)
    with context.citizen(citizen.pk):
        assert Passkey.objects.count() == 1
    assert User.objects.filter(citizen_id=citizen.pk).count() == 1


def _ready(code: str) -> tuple[Client, dict[str, str]]:
    client = Client()
    client.post("/enrol/", {"code": code})
    credential = Authenticator(ORIGIN).create(options(client.get("/enrol/passkey/")))
    return client, {"name": "端末", "credential": json.dumps(credential)}


def _finish(ready: tuple[Client, dict[str, str]]) -> int:
    client, answer = ready
    try:
        return int(client.post("/enrol/passkey/", answer).status_code)
    finally:
        connection.close()
