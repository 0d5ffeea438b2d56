"""The verified record of one resident, decrypted. Two readers: her own pages, and actions.disclose."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone

from consortium.crypto import decrypt
from consortium.tenancy.models import Municipality
from identity.domain.attestation import ATTESTABLE, Attested
from identity.domain.attributes import Attribute, Facts, Source, derive, source
from identity.domain.proofing import BasicFour
from identity.models import Attestation, Citizen, Delegation, Residence
from services.domain.sectors import SectorKey

from .standing import in_force

Represented = dict[str, str | list[str]]
Value = str | bool | list[Represented]
"""Of `delegations`: for each resident in whose name she may act {"sub": pseudonym in the sector, "scope":
["see"] or ["see", "consent"], "until": last day}."""


@dataclass(frozen=True, slots=True)
class Person:
    """sex: a value of models.Sex. municipality: where she lives today. attested: in their term today.
    represents: as the value of `delegations`.
    """

    name: str
    kana: str
    birth_date: date
    sex: str
    address: str
    municipality: Municipality | None
    attested: tuple[Attested, ...] = ()
    represents: tuple[Represented, ...] = ()

    @property
    def basic_four(self) -> BasicFour:
        return BasicFour(self.name, self.birth_date, self.sex, self.address)


def person(citizen_id: UUID) -> Person | None:
    """In her own context."""
    joined = {"attested": ArraySubquery(_attested()), "represents": ArraySubquery(_represents())}
    citizen = Citizen.objects.filter(pk=citizen_id).annotate(**joined).first()
    return person_of(citizen) if citizen else None


def _attested() -> QuerySet[Attestation, dict[str, Any]]:
    """Comes with her row, so that a disclosure asks no more statements for it."""
    today = timezone.localdate()
    live = Attestation.objects.filter(
        citizen=OuterRef("pk"), revoked_at=None, starts_on__lte=today, until__gte=today
    )
    found: QuerySet[Attestation, dict[str, Any]] = live.order_by("-until").values(
        json=JSONObject(
            attribute="attribute",
            value=Cast("value", TextField()),
            issuer="municipality_id",
            starts_on="starts_on",
            until="until",
        )
    )
    return found


def _represents() -> QuerySet[Delegation, dict[str, Any]]:
    """Delegations to her that are in force."""
    today = timezone.localdate()
    live = Delegation.objects.filter(
        delegate_id=OuterRef("pk"),
        effective_at__isnull=False,
        ended_at=None,
        starts_on__lte=today,
        until__gte=today,
    )
    found: QuerySet[Delegation, dict[str, Any]] = live.order_by("given_at").values(
        json=JSONObject(subjects="subjects", may_consent="may_consent", until="until")
    )
    return found


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


def _value(  # noqa: PLR0911  # one line an attribute
    attribute: Attribute, person: Person, facts: Facts, today: date
) -> Value | None:
    if attribute in ATTESTABLE:
        return _attested_value(attribute, person, today)
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
        case Attribute.DELEGATIONS:
            return list(person.represents) or None
        case _:
            return None


def _attested_value(attribute: Attribute, person: Person, today: date) -> Value | None:
    home = person.municipality.pk if person.municipality else None
    for one in person.attested:
        if one.attribute is attribute and one.counts(home, today):
            return True if one.value == "true" else one.value
    return None


def _represented_of(row: dict[str, Any]) -> Represented | None:
    """None where she has no pseudonym with administrative services, which alone may ask."""
    subject = row["subjects"].get(SectorKey.ADMINISTRATIVE)
    if not subject:
        return None
    scope = ["see", "consent"] if row["may_consent"] else ["see"]
    return {"sub": subject, "scope": scope, "until": row["until"]}


def _attested_of(row: dict[str, Any]) -> Attested:
    return Attested(
        attribute=Attribute(row["attribute"]),
        value=decrypt(row["value"]),
        issuer=row["issuer"],
        starts_on=date.fromisoformat(row["starts_on"]),
        until=date.fromisoformat(row["until"]),
    )


def person_of(citizen: Citizen) -> Person:
    return Person(
        name=f"{citizen.family_name} {citizen.given_name}".strip(),
        kana=citizen.kana,
        birth_date=date.fromisoformat(citizen.birth_date),
        sex=citizen.sex,
        address=citizen.address,
        municipality=municipality_of(citizen.pk),
        attested=tuple(_attested_of(row) for row in getattr(citizen, "attested", ())),
        represents=tuple(filter(None, map(_represented_of, getattr(citizen, "represents", ())))),
    )
