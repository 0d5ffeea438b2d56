"""Makes residents the way they come to be: two clerks, a code, a passkey at the pages."""

import html
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.test import Client

from consortium.membership.models import User
from consortium.tenancy.models import Municipality
from deploy.demo.authenticator import Authenticator
from identity.actions.counter import (
    PersonalRecord,
    confirm_proofing,
    issue_enrolment_code,
    register_citizen,
)
from identity.models import Citizen
from tests import factories

ORIGIN = "http://localhost:8001"
HANAKO = PersonalRecord(
    family_name="架空",
    given_name="花子",
    kana="かくう はなこ",
    birth_date=date(1955, 4, 1),
    sex="female",
    address="群馬県前橋市大手町二丁目12番1号",
)
TARO = replace(HANAKO, given_name="太郎", kana="かくう たろう", birth_date=date(1990, 1, 2), sex="male")
CODE = re.compile(r'data-options="([^"]*)"')


def state_purpose(clerk: Client, case: str, purpose: str = "counter") -> None:
    """case: the address of the resident's page at the counter."""
    assert clerk.post(f"{case}purpose/", {"purpose": purpose}).status_code == 302


@dataclass
class Counter:
    """Two clerks of one municipality."""

    municipality: Municipality
    first: User
    second: User

    def record(self, person: PersonalRecord = HANAKO, **more: Any) -> Citizen:
        with factories.acting(self.first, self.municipality) as actor:
            return register_citizen(by=actor, person=person, evidence="driving_licence", **more)

    def confirm(self, citizen: Citizen) -> Citizen:
        with factories.acting(self.second, self.municipality) as actor:
            confirm_proofing(by=actor, citizen=citizen)
        return citizen

    def issue(self, citizen: Citizen) -> str:
        with factories.acting(self.second, self.municipality) as actor:
            return issue_enrolment_code(by=actor, citizen=citizen)

    def proofed(self, person: PersonalRecord = HANAKO, **more: Any) -> Citizen:
        return self.confirm(self.record(person, **more))


@dataclass
class Resident:
    """A signed-in resident with her device."""

    citizen_id: UUID
    device: Authenticator
    client: Client

    @property
    def user(self) -> User:
        return User.objects.get(citizen_id=self.citizen_id)


def make_counter(municipality: Municipality) -> Counter:
    clerks = [factories.make_staff(municipality, "counter") for _ in range(2)]
    return Counter(municipality, *clerks)


def make_resident(
    counter: Counter, person: PersonalRecord = HANAKO, *, test: bool = False, **device: Any
) -> Resident:
    """Needs the identity_surface fixture."""
    citizen = counter.proofed(person, test=test)
    resident = Resident(citizen.pk, Authenticator(ORIGIN, **device), Client())
    response = enrol(resident.client, counter.issue(citizen), resident.device)
    assert response.status_code == 302, response.content.decode()
    return resident


def enrol(client: Client, code: str, device: Authenticator, name: str = "スマートフォン") -> Any:
    """Both pages; the answer to the last one that was reached."""
    response = client.post("/enrol/", {"code": code})
    if response.status_code != 302:
        return response
    credential = device.create(options(client.get("/enrol/passkey/")))
    return client.post("/enrol/passkey/", {"name": name, "credential": json.dumps(credential)})


def sign_in(client: Client, device: Authenticator, **more: str) -> Any:
    credential = device.get(options(client.get("/sign-in/")))
    return client.post("/sign-in/", {"credential": json.dumps(credential), **more})


def options(response: Any) -> dict[str, Any]:
    """What the page hands to `navigator.credentials`."""
    match = CODE.search(response.content.decode())
    assert match, response.content.decode()
    found: dict[str, Any] = json.loads(html.unescape(match[1]))
    return found
