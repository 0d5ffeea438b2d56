"""Signing: what is refused, with its audit row and nothing changed."""

import base64
import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.signatures import request_signature
from identity.certifying import tend_status
from identity.context import resident as speaking
from identity.models import DeviceCertificate, Signature, SignatureRequest
from identity.pki.authority import authority, der
from tests.wallet.signing import sign

from .phones import new_key
from .residents import TARO, Counter, Resident, make_resident
from .test_wallet_api import code_of, get, make_phone, post, refusals

pytestmark = pytest.mark.usefixtures("device_ca")
DIGEST = hashlib.sha256(b"document").digest()
PATH = "/wallet/v1/signature-requests"


@pytest.fixture
def asked(hanako: Resident, party: Any) -> SignatureRequest:
    tend_status()
    with speaking(hanako.citizen_id) as her:
        service = Actor(ActorKind.SERVICE, party.client_id, citizen_id=her.citizen_id)
        return request_signature(
            by=service, relying_party=party, document="申請書", digest=DIGEST.hex(), purpose="申請"
        )


def signed(phone: Any, digest: bytes = DIGEST, key: Any = None) -> dict[str, str]:
    certificate = bytes(DeviceCertificate.objects.get(pk=phone.device).certificate or b"")
    content = sign(digest, key or phone.key, certificate, [der(authority().issuing)])
    return {"signature": base64.b64encode(content).decode()}


def test_wrong_signatures_are_refused_and_recorded(hanako: Resident, asked: SignatureRequest) -> None:
    phone, second = make_phone(code_of(hanako)), make_phone(code_of(hanako))
    wrong = {
        "digest": signed(phone, hashlib.sha256(b"other").digest()),
        "signature": signed(phone, key=new_key()),
        "certificate": signed(second),
        "malformed": {"signature": "eA=="},
    }
    for code, body in wrong.items():
        answer = post(phone, f"{PATH}/{asked.pk}/sign", body)
        assert (answer.status_code, answer.json().get("code")) == (422, code)
    assert sorted(refusals(hanako)) == sorted(wrong)
    with context.citizen(hanako.citizen_id):
        assert not Signature.objects.exists()
        assert SignatureRequest.objects.get().state == "open"
    assert post(phone, f"{PATH}/{asked.pk}/sign", signed(phone)).status_code == 201
    again = post(phone, f"{PATH}/{asked.pk}/sign", signed(phone))
    assert (again.status_code, again.json()["code"]) == (422, "over")
    assert post(phone, f"{PATH}/{uuid4()}/sign", signed(phone)).json()["code"] == "over"


def test_another_residents_phone_sees_nothing(
    hanako: Resident, asked: SignatureRequest, counter: Counter
) -> None:
    phone = make_phone(code_of(make_resident(counter, TARO)))
    assert get(phone, PATH).json() == {"results": []}
    assert get(phone, f"{PATH}/{asked.pk}").status_code == 404
    assert post(phone, f"{PATH}/{asked.pk}/sign", signed(phone)).status_code == 422
    assert post(phone, f"{PATH}/{asked.pk}/decline").status_code == 422


def test_she_declines(hanako: Resident, asked: SignatureRequest) -> None:
    phone = make_phone(code_of(hanako))
    assert get(phone, f"{PATH}/{asked.pk}").json()["document"] == "申請書"
    assert post(phone, f"{PATH}/{asked.pk}/decline").status_code == 204
    assert get(phone, PATH).json() == {"results": []}
    with context.citizen(hanako.citizen_id):
        assert Event.objects.filter(action="signature.declined").count() == 1


@pytest.mark.usefixtures("identity_surface", "db")
def test_nobody_asks_or_verifies_without_a_token() -> None:
    for path in ("/api/v1/signatures/verify/", "/api/v1/me/signature-requests/"):
        answer = Client().post(path, json.dumps({}), content_type="application/json")
        assert answer.status_code == 401
