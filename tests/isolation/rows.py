"""Rows for every model, made by looking at its fields, so that a new table is covered the day it appears."""

import itertools
import secrets
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.models import Classed, Reference
from consortium.tenancy.roles import OWNER

_numbers = itertools.count(1)
_pairs_of_letters = itertools.cycle(itertools.product(string.ascii_lowercase, repeat=2))
OVERRIDES: dict[str, dict[str, Callable[["Side"], Any]]] = {
    "tenancy.Prefecture": {"code": lambda side: "".join(next(_pairs_of_letters))},
    "tenancy.Municipality": {
        "id": lambda side: 1_000_000 + next(_numbers),
        "code": lambda side: f"x{next(_numbers)}",
    },
    "membership.User": {
        "email": lambda side: f"person{next(_numbers)}@example.jp",
        "citizen_id": lambda side: None,
    },
    "membership.Branding": {"colour": lambda side: "#0b4f62"},
    "identity.Inquiry": {"state": lambda side: "received"},
    "identity.Citizen": {"birth_date": lambda side: "1955-04-01", "sex": lambda side: "female"},
    "identity.LifeEvent": {
        "values": lambda side: '{"address": "架空町1-1"}',
        "evidence": lambda side: "notification",
    },
    "identity.Residence": {"starts_on": lambda side: date(2020, 4, 1)},
    "identity.Proofing": {"level": lambda side: 2, "examined_by": lambda side: uuid4()},
    "identity.AttestationBatch": {"attribute": lambda side: "resident_of"},
    "identity.AttestationRow": {"problem": lambda side: "format"},
    "identity.Delegation": {"basis": lambda side: "parent"},
    "identity.Disclosure": {"consent_id": lambda side: uuid4(), "reason_code": lambda side: ""},
    "identity.LegalEntry": {"reason_code": lambda side: ""},
    "identity.ConsentRequest": {
        "answer": lambda side: "",
        "answered_at": lambda side: None,
        "citizen_id": lambda side: side.citizen_id,
    },
    "identity.DeviceCertificate": {"level": lambda side: 2},
    "identity.Signature": {"digest": lambda side: secrets.token_hex(32)},
    "membership.Deputy": {
        "principal_id": lambda side: side.another_person(),
        "role": lambda side: "editor",
        "starts_on": lambda side: date(2020, 4, 1),
        "ends_on": lambda side: date(2999, 3, 31),
    },
    "membership.StaffRecovery": {"needs_secretariat": lambda side: True},
    "membership.ApiToken": {"expires_at": lambda side: timezone.now() + timedelta(days=1)},
    "api.IdempotencyKey": {"municipality_id": lambda side: None},
    "membership.StaffPost": {"role": lambda side: "editor"},
    "staffing.PlannedChange": {"leaver_id": lambda side: side.row(apps.get_model("membership.User")).pk},
    "shared_plans.Plan": {
        "year_from": lambda side: 2026,
        "year_to": lambda side: 2028,
        "draft": lambda side: {
            "version": 2,
            "clauses": [{"id": "clause-1", "kind": "risk", "title": "遅れ"}],
        },
    },
    "shared_plans.PlanComment": {"clause_id": lambda side: "clause-1"},
    "shared_plans.ReviewCycle": {
        "every_months": lambda side: 12,
        "starts_on": lambda side: date(2027, 4, 1),
    },
    "shared_plans.PlanProposal": {
        "content": lambda side: {"version": 2, "clauses": []},
        "places": lambda side: ["clause-1.title"],
        "withdrawn_at": lambda side: None,
    },
    "shared_plans.PlanAdoption": {"base": lambda side: {"version": 2, "clauses": []}},
    "shared_plans.Blocker": {"resolved_on": lambda side: None},
    "shared_plans.ExecutionRecord": {"row": lambda side: "row-1"},
    "shared_plans.PlanRevision": {"year_from": lambda side: 2026, "year_to": lambda side: 2028},
    "shared_plans.PlanRevisionPrivate": {"content": lambda side: {"version": 2, "clauses": []}},
    "reporting.Observation": {"value": lambda side: Decimal(1)},
    "jobs.Job": {"lease_until": lambda side: timezone.now(), "municipality_id": lambda side: None},
}
"""Model label -> field name -> value, where a check constraint asks for more than a field's type shows."""


@dataclass
class Side:
    """One of the two parties of every trial: a municipality and a resident of it, with one row per model."""

    municipality_id: int
    citizen_id: UUID
    rows: dict[type[Classed], Any] = field(default_factory=dict)
    other: Any = None

    def row(self, model: type[Classed]) -> Any:
        if model not in self.rows:
            self.rows[model] = self.build(model)
            self.rows[model].save(force_insert=True)
        return self.rows[model]

    def another_person(self) -> Any:
        """Somebody who is not the side's own row of the model."""
        if self.other is None:
            made = self.build(apps.get_model("membership.User"))
            made.save(force_insert=True)
            self.other = made.pk
        return self.other

    def build(self, model: type[Classed], **given: Any) -> Any:
        """A row that is not saved yet. Raises NotImplementedError for a field of an unknown type."""
        overrides = OVERRIDES.get(model._meta.label, {})
        values = {name: value(self) for name, value in overrides.items()}
        for each in model._meta.local_concrete_fields:
            known = {*values, *given}
            if not each.generated and not {each.attname, each.name} & known:
                values[each.attname] = self._value(each)
        return model(**{**values, **given})

    def _value(self, each: models.Field) -> Any:
        if each.name == "municipality" or each.attname == "municipality_id":
            return self.municipality_id
        if each.column == "citizen_id":
            if isinstance(each, Reference):
                self.row(each.related_model)
            return self.citizen_id
        if each.name == "stream":
            return f"citizen:{self.citizen_id}"
        if isinstance(each, Reference):
            return None if each.null else self.row(each.related_model).pk
        if each.has_default():
            return each.get_default()
        return None if each.null or isinstance(each, models.AutoField) else _plain_value(each)


def _plain_value(each: models.Field) -> Any:
    if each.choices:
        return each.choices[0][0]
    for kind, value in _VALUES.items():
        if isinstance(each, kind):
            return value(each)
    raise NotImplementedError(f"{each}: say in tests/isolation/rows.py what such a field may hold")


_VALUES: dict[type[models.Field], Callable[[Any], Any]] = {
    models.EmailField: lambda f: f"person{next(_numbers)}@example.jp",
    models.CharField: lambda f: f"{next(_numbers)}{uuid4().hex}"[: f.max_length],
    models.TextField: lambda f: f"text {next(_numbers)}",
    models.UUIDField: lambda f: uuid4(),
    models.BooleanField: lambda f: False,
    models.IntegerField: lambda f: 2026 if f.name == "fiscal_year" else next(_numbers),
    models.DecimalField: lambda f: Decimal(1),
    models.DateTimeField: lambda f: timezone.now(),
    models.DateField: lambda f: date(2020, 4, 1) + timedelta(days=next(_numbers)),
    models.JSONField: lambda f: {},
    models.BinaryField: lambda f: uuid4().bytes,
    models.DurationField: lambda f: timedelta(days=1),
}


@contextmanager
def as_owner(**ids: Any) -> Iterator[None]:
    with context.opened(context.Context(OWNER, **ids)):
        yield


Parties = Callable[..., tuple[Side, Side]]


def parties(a: int, b: int) -> Parties:
    """A function that gives both sides a row of each model named, and of what it refers to."""
    pair = Side(a, uuid4()), Side(b, uuid4())

    def with_rows(*models_: type[Classed]) -> tuple[Side, Side]:
        for side in pair:
            with as_owner(municipality_id=side.municipality_id, citizen_id=side.citizen_id):
                for model in models_:
                    side.row(model)
        return pair

    return with_rows
