"""The verified record of one resident, decrypted. Two readers: her own pages, and actions.disclose."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from consortium.tenancy.models import Municipality
from identity.domain.attributes import Attribute, Facts, Source, derive, source
from identity.models import Citizen, Residence

from .standing import in_force

Value = str | bool


@dataclass(frozen=True, slots=True)
class Person:
    """sex: a value of models.Sex. municipality: where she lives today."""

    name: str
    kana: str
    birth_date: date
    sex: str
    address: str
    municipality: Municipality | None


def person(citizen_id: UUID) -> Person | None:
    citizen = Citizen.objects.filter(pk=citizen_id).first()
    return person_of(citizen) if citizen else None


def municipality_of(citizen_id: UUID) -> Municipality | None:
    homes = Residence.objects.filter(in_force(), citizen=citizen_id).select_related("municipality")
    home = homes.first()
    return home.municipality if home else None


def values(person: Person, attributes: list[Attribute], today: date) -> dict[Attribute, Value]:
    """Those attributes that have a value now; one without (nothing attested, no residence) is left out."""
    code = person.municipality.code if person.municipality else None
    facts = Facts(birth_date=person.birth_date, municipality_code=code)
    found = {name: _value(name, person, facts, today) for name in attributes}
    return {name: value for name, value in found.items() if value is not None}


def _value(attribute: Attribute, person: Person, facts: Facts, today: date) -> Value | None:
    if source(attribute) is Source.DERIVED:
        return derive(attribute, facts, today)
    match attribute:
        case Attribute.NAME:
            return person.name
        case Attribute.ADDRESS:
            return person.address
        case Attribute.BIRTH_DATE:
            return person.birth_date.isoformat()
        case Attribute.SEX:
            return person.sex
        case _:
            return None


def person_of(citizen: Citizen) -> Person:
    return Person(
        name=f"{citizen.family_name} {citizen.given_name}".strip(),
        kana=citizen.kana,
        birth_date=date.fromisoformat(citizen.birth_date),
        sex=citizen.sex,
        address=citizen.address,
        municipality=municipality_of(citizen.pk),
    )
