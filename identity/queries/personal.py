"""The verified record of one resident, decrypted. Two readers: her own pages, and actions.disclose."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from consortium.crypto import decrypt
from consortium.tenancy import context, statements
from consortium.tenancy.models import Municipality
from consortium.tenancy.statements import Table
from identity.domain.attestation import ATTESTABLE, Attested
from identity.domain.attributes import Attribute, Facts, Source, derive, source
from identity.domain.proofing import BasicFour
from identity.models import Citizen, Residence
from identity.models.citizen import PERSONAL
from services.domain.sectors import SectorKey

from .standing import in_force, standing

Represented = dict[str, str | list[str]]
Value = str | bool | list[Represented]
"""Of `delegations`: for each resident in whose name she may act {"sub": pseudonym in the sector, "scope":
["see"] or ["see", "consent"], "until": last day}."""


Read = Callable[[str], str]
_MUNICIPALITY: Final = Table(Municipality, "id", "code", "name")
# What is attested and whom she represents comes with her row, so that a disclosure asks no more for it.
_RECORD: Final = f"""
    SELECT
        ARRAY(
            SELECT json_build_object('attribute', a.attribute, 'value', a.value, 'issuer', a.municipality_id,
                'starts_on', a.starts_on, 'until', a.until)::text
            FROM identity_attestation a
            WHERE a.citizen_id = c.citizen_id AND a.revoked_at IS NULL
                AND a.starts_on <= %(today)s AND a.until >= %(today)s
            ORDER BY a.until DESC) AS attested,
        ARRAY(
            SELECT json_build_object('principal', d.citizen_id, 'subjects', d.subjects,
                'may_consent', d.may_consent, 'until', d.until)::text
            FROM identity_delegation d
            WHERE d.delegate_id = c.citizen_id AND d.effective_at IS NOT NULL AND d.ended_at IS NULL
                AND d.starts_on <= %(today)s AND d.until >= %(today)s
            ORDER BY d.given_at) AS represents,
        {_MUNICIPALITY.columns("m")}, {", ".join(f"c.{name}" for name in PERSONAL)}
    FROM identity_citizen c
    LEFT JOIN identity_residence r ON r.citizen_id = c.citizen_id
        AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on > %(today)s)
    LEFT JOIN tenancy_municipality m ON m.id = r.municipality_id
    WHERE c.citizen_id = %(citizen)s
"""  # noqa: S608  # names of columns
RECORD: Final = f"record AS MATERIALIZED ({_RECORD} AND (SELECT settled FROM here) IS NOT NULL)"  # noqa: S608
"""For another statement that begins with queries.basis.HERE: what `person_of_row` makes her record of."""


@dataclass(frozen=True)
class Person:
    """Each field is decrypted when it is read, so that a disclosure decrypts what it tells and no more.

    read: a personal field of the record by its name. municipality: where she lives today.
    attestations: in their term today, encrypted. represents: in whose name she may act, with what is told of
    it as the value of `delegations`.
    """

    read: Read = field(repr=False)
    municipality: Municipality | None
    attestations: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    represents: tuple[tuple[UUID, Represented], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.read('family_name')} {self.read('given_name')}".strip()

    @property
    def kana(self) -> str:
        return self.read("kana")

    @cached_property
    def birth_date(self) -> date:
        return date.fromisoformat(self.read("birth_date"))

    @property
    def sex(self) -> str:
        """A value of models.Sex."""
        return self.read("sex")

    @property
    def address(self) -> str:
        return self.read("address")

    @cached_property
    def attested(self) -> tuple[Attested, ...]:
        return tuple(map(_attested_of, self.attestations))

    @property
    def basic_four(self) -> BasicFour:
        return BasicFour(self.name, self.birth_date, self.sex, self.address)


def person(citizen_id: UUID) -> Person | None:
    """In her own context."""
    found = statements.first(_RECORD, {"citizen": citizen_id, "today": timezone.localdate()})
    return person_of_row(found) if found else None


def person_of_row(row: tuple[Any, ...]) -> Person:
    (attested, represents), rest = row[:2], row[2:]
    home, record = rest[: len(_MUNICIPALITY)], dict(zip(PERSONAL, rest[len(_MUNICIPALITY) :], strict=True))
    return Person(
        read=lambda name: decrypt(record[name]),
        municipality=None if home[0] is None else _MUNICIPALITY.row(home),
        attestations=tuple(map(json.loads, attested)),
        represents=tuple(filter(None, map(_represented_of, map(json.loads, represents)))),
    )


def municipality_of(citizen_id: UUID) -> Municipality | None:
    homes = Residence.objects.filter(in_force(), citizen=citizen_id).select_related("municipality")
    home = homes.first()
    return home.municipality if home else None


def values(person: Person, attributes: list[Attribute], today: date) -> dict[Attribute, Value]:
    """Those attributes that have a value now; one without (nothing attested, no residence) is left out."""
    found = {name: _value(name, person, today) for name in attributes}
    return {name: value for name, value in found.items() if value is not None}


def _value(  # noqa: PLR0911  # one line an attribute
    attribute: Attribute, person: Person, today: date
) -> Value | None:
    if attribute in ATTESTABLE:
        return _attested_value(attribute, person, today)
    if source(attribute) is Source.DERIVED:
        return derive(attribute, _facts(person), today)
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
            return [told for principal, told in person.represents if _is_active(principal)] or None
        case _:
            return None


def _facts(person: Person) -> Facts:
    code = person.municipality.code if person.municipality else None
    return Facts(birth_date=person.birth_date, municipality_code=code)


def _attested_value(attribute: Attribute, person: Person, today: date) -> Value | None:
    home = person.municipality.pk if person.municipality else None
    for one in person.attested:
        if one.attribute is attribute and one.counts(home, today):
            return True if one.value == "true" else one.value
    return None


def _is_active(principal: UUID) -> bool:
    """Nobody acts for whom is suspended or gone."""
    with context.asking_about(principal):
        here = standing(principal)
    return here is not None and here.is_active


def _represented_of(row: dict[str, Any]) -> tuple[UUID, Represented] | None:
    """None where she has no pseudonym with administrative services, which alone may ask."""
    subject = row["subjects"].get(SectorKey.ADMINISTRATIVE)
    if not subject:
        return None
    scope = ["see", "consent"] if row["may_consent"] else ["see"]
    return UUID(row["principal"]), {"sub": subject, "scope": scope, "until": row["until"]}


def _attested_of(row: dict[str, Any]) -> Attested:
    return Attested(
        attribute=Attribute(row["attribute"]),
        value=decrypt(row["value"]),
        issuer=row["issuer"],
        starts_on=date.fromisoformat(row["starts_on"]),
        until=date.fromisoformat(row["until"]),
    )


def person_of(citizen: Citizen) -> Person:
    """Of a record that was read and decrypted already."""
    return Person(read=lambda name: str(getattr(citizen, name)), municipality=municipality_of(citizen.pk))
