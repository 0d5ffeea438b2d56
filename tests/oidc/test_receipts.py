"""A consent's receipt: the fields of ISO/IEC TS 27560, signed so that anybody can check it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.identity.residents import TARO, Counter, Resident, make_resident

from .asking import answer, asked, live, subject_of
from .support import Service
from .test_optin import asking

__all__ = ["asking"]
pytestmark = pytest.mark.django_db


def test_signed_and_on_paper(hanako: Resident, asking: Service, counter: Counter) -> None:
    answer(hanako, asked(asking, hanako), granted=["age_over_65"], each_time="on")
    (held,) = live(hanako, asking)
    path = f"/me/consents/{held.consent_id}/receipt"
    given: dict[str, Any] = json.loads(hanako.client.get(f"{path}.json").content)
    keys = KeySet.import_key_set(asking.machine.get("/transparency/keys.json").json())
    assert jwt.decode(given["jws"], keys, algorithms=["ES256"]).claims["receipt"] == given["receipt"]
    assert given["receipt"]["record_metadata"]["pii_principal_id"] == subject_of(asking, hanako)
    (purpose,) = given["receipt"]["pii_processing"]["purposes"]
    told = {one["pii_type"]: one["granted"] for one in purpose["pii_information"]}
    assert told == {"age_over_65": True, "resident_of": False}
    assert (purpose["collection_method"], purpose["processing_condition"]) == ("request", "each_time")
    assert [one["event_type"] for one in given["receipt"]["event"]] == ["given"]
    assert hanako.client.get(f"{path}.pdf").content.startswith(b"%PDF")
    taro = make_resident(counter, TARO)
    for kind in ("json", "pdf"):
        assert taro.client.get(f"{path}.{kind}").status_code == 404
        assert hanako.client.get(f"/me/consents/{uuid4()}/receipt.{kind}").status_code == 404


def test_a_part_is_withdrawn_on_its_page(hanako: Resident, asking: Service) -> None:
    answer(hanako, asked(asking, hanako))
    (held,) = live(hanako, asking)
    path = f"/me/consents/{held.consent_id}/narrow/"

    def send(*attributes: str) -> int:
        page = hanako.client.get(path).content.decode()
        once = page.split('name="once" value="')[1].split('"')[0]
        return int(hanako.client.post(path, {"attributes": attributes, "once": once}).status_code)

    assert send("name") == send("resident_of", "age_over_65") == 422
    assert send("resident_of") == 302
    assert live(hanako, asking)[0].attributes == ("age_over_65",)
