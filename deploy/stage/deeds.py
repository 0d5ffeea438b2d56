"""What the secretariat, a municipality's administrator and two clerks do, without their pages."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality
from identity.actions.counter import (
    PersonalRecord,
    confirm_proofing,
    issue_enrolment_code,
    register_citizen,
)
from identity.permissions import IdentityPermission
from services.actions.adoptions import adopt_component
from services.actions.catalogue import register_component
from services.actions.relying_parties import approve_relying_party, register_relying_party
from services.domain.sectors import SECTORS
from services.models import Component
from services.permissions import ServicesPermission

MUNICIPALITY = "102016"
SECRETARY = Actor(
    ActorKind.SECRETARIAT,
    id=str(UUID(int=1)),
    label="事務局員",
    permissions=frozenset({ServicesPermission.MANAGE_CATALOGUE}),
)
COLLEAGUE = replace(SECRETARY, id=str(UUID(int=4)))
STAFF = Actor(
    ActorKind.STAFF,
    id=str(UUID(int=2)),
    label="職員",
    municipality_code=MUNICIPALITY,
    permissions=frozenset({ServicesPermission.ADOPT_COMPONENT, IdentityPermission.PROOF_RESIDENTS}),
)
FIELDS: dict[str, Any] = {
    "name_en": "Service",
    "redirect_uris": ["https://service.example/callback"],
    "purpose_ja": "本人を確認するため",
    "purpose_en": "To recognise the resident",
    "contact": "service@service.example",
}


def register(clients: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Approved clients, each of the component of its sector, which Maebashi has adopted."""
    with context.secretariat():
        components = {str(key): _component(str(key)) for key in SECTORS}
        made = {name: _client(components, name, dict(fields)) for name, fields in clients.items()}
    _adopt(list(components.values()))
    return made


def _component(sector: str) -> Component:
    return register_component(
        by=SECRETARY,
        code=f"stage-{sector}",
        sector=sector,
        name_ja=f"部品 {sector}",
        name_en=f"Component {sector}",
        summary="要約",
        provider="架空",
    )


def _client(components: dict[str, Component], name: str, fields: dict[str, Any]) -> dict[str, str]:
    component = components[fields.pop("sector")]
    made = register_relying_party(
        by=SECRETARY, component=component, **{**FIELDS, "name_ja": f"サービス {name}", **fields}
    )
    approve_relying_party(by=COLLEAGUE, relying_party=made.relying_party)
    return {"client_id": str(made.relying_party.client_id), "client_secret": made.secret}


def _adopt(components: list[Component]) -> None:
    municipality = Municipality.objects.get(code=MUNICIPALITY)
    with context.tenant(municipality.pk):
        for component in components:
            adopt_component(by=replace(STAFF, municipality_id=municipality.pk), component=component)


def proof(number: int, birth: date, *, test: bool) -> list[str]:
    """Enrolment codes of so many residents of Maebashi. test: nobody real, at the highest level."""
    municipality = Municipality.objects.get(code=MUNICIPALITY)
    first = replace(STAFF, municipality_id=municipality.pk)
    second = replace(first, id=str(UUID(int=3)))
    codes = []
    for index in range(number):
        with context.tenant(municipality.pk):
            citizen = register_citizen(
                by=first, person=_person(index, birth), evidence="driving_licence", test=test
            )
            confirm_proofing(by=second, citizen=citizen)
            codes.append(issue_enrolment_code(by=second, citizen=citizen))
    return codes


def _person(index: int, birth: date) -> PersonalRecord:
    return PersonalRecord(
        family_name="架空",
        given_name=f"{index}子",
        kana="かくう はなこ",
        birth_date=birth + timedelta(days=index),
        sex="female",
        address="群馬県前橋市大手町二丁目12番1号",
    )
