"""Everything that is stored of one resident, as plain values: what her export is made of.

A table takes part by itself as soon as she may read her rows of it. What she may not read, or what is no
information about her but a secret of a procedure, is left out with a reason; a test holds both lists.
"""

import base64
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model

from consortium.tenancy.models import Classed
from consortium.tenancy.policies import SELECT, TableClass
from consortium.tenancy.roles import CITIZEN

FORMAT: Final = "resident-export"
VERSION: Final = 1
LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity.accesstoken": "hashes of tokens that a service holds",
        "identity.authorization": "ends with its tokens; consents and disclosures tell what it was for",
        "identity.authorizationcode": "hashes of codes that live for a minute",
        "identity.devicechallenge": "lives for minutes; the audit event tells of each",
        "identity.deviceleave": "hashes of one-time codes; the audit event tells of each",
        "identity.enrolmentcode": "hashes of one-time codes; the audit event tells of each",
        "identity.inquirylink": "hashes of one-time addresses; the inquiry tells when it was passed on",
        "identity.logoutnotice": "names a session and a pseudonym, for thirty days",
        "identity.proofingattempt": "lives for a day; the proofing that came of it is there",
        "identity.pushedrequest": "lives for a minute",
        "identity.refreshtoken": "hashes of tokens that a service holds",
        "identity.residentsession": "shown on her page while it lasts, and gone afterwards",
        "membership.user": "an account without a name, kept for the sign-in alone",
    }
)
"""Tables with a resident's id that the export does not hold, and why."""
OF_SURFACE: Final = frozenset({"identity.devicecertificate"})
"""Her rows of tables that her surface reads before it knows who she is."""
WITHHELD: Final = frozenset(
    {"seal_number", "person_index", "stream", "salt", "actor_id", "actor_label", "request_id"}
)
"""Columns that tell nothing of her: places in chains, blind indexes, other people's accounts."""
STAFF: Final = ("_by", "_by_id", "_by_name", "_persons")
"""Endings of columns that name the member of staff who did something: another person's data."""


def names_a_resident(model: type[Model]) -> bool:
    return any(field.column == "citizen_id" for field in model._meta.concrete_fields)


def exported_models() -> Iterator[type[Classed]]:
    """Those whose rows she may read, in a stable order."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label_lower):
        if issubclass(model, Classed) and names_a_resident(model) and _is_readable(model):
            yield model


def _is_readable(model: type[Classed]) -> bool:
    if model._meta.label_lower in OF_SURFACE:
        return True
    by_class = model.table_class is TableClass.SUBJECT and SELECT in model.keeps
    return by_class or any(rule.role == CITIZEN and SELECT in rule.commands for rule in model.rules)


def tables(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Table name -> its rows, oldest first, personal fields decrypted. Needs her context."""
    return {model._meta.label_lower: list(_rows(model, citizen_id)) for model in exported_models()}


def _rows(model: Any, citizen_id: UUID) -> Iterator[dict[str, Any]]:
    key = next(field for field in model._meta.concrete_fields if field.column == "citizen_id")
    fields = [field for field in model._meta.concrete_fields if not _is_withheld(field.attname)]
    for row in model.objects.filter(**{key.attname: citizen_id}).order_by("pk").iterator(2_000):
        yield {_name(field): plain(getattr(row, field.attname)) for field in fields}


def _is_withheld(column: str) -> bool:
    return column in WITHHELD or column.endswith(STAFF)


def _name(field: "Field[Any, Any]") -> str:
    return str(field.column)


def plain(value: Any) -> Any:
    """As JSON has it: dates in ISO 8601, bytes in base64."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if key != "on_behalf_of"}
    return str(value) if isinstance(value, UUID) else value
