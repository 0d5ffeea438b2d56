"""How many SQL statements a page issues: as many for three times the rows, and few.

Generated from the URLs of both surfaces: every page that can be opened by GET, with the trials' rows.
"""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.membership import middleware, timeouts
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tenancy.models import Municipality
from consortium.tenancy.policies import TableClass
from consortium.tenancy.sync import classed_models
from identity.models import Citizen
from tests.identity.residents import make_counter, make_resident
from tests.isolation.rows import Side, as_owner, parties
from tests.test_permissions import GUARDED, IDENTITY, ClientFor, values

MOST = 15
EXTRA_ROWS = 2
OF_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SELECT set_config('role', 'none'")
"""In production one BEGIN and one COMMIT, which also ends the role: no statements of the page."""
COPIED = {TableClass.TENANT, TableClass.SUBJECT, TableClass.CONSORTIUM, TableClass.LOG}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written once a minute and session is written before we count, however slow the machine."""
    monkeypatch.setattr(middleware, "ACTIVITY_SECONDS", 3600)
    monkeypatch.setattr(timeouts, "STEP", 3600)


def statements(client: Client, address: str) -> int | None:
    """None for what is no page: an answer other than 200."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        answer.getvalue()
    if answer.status_code != 200:
        return None
    return sum(not query["sql"].startswith(OF_TEST) for query in captured.captured_queries)


def add_rows(side: Side, models: list[Any], times: int) -> int:
    """More rows of these models, beside what is there; those that may exist once stay alone."""
    return sum(saved(side, model) for model in models for _time in range(times))


def saved(side: Side, model: Any) -> bool:
    try:
        with transaction.atomic():
            side.build(model).save(force_insert=True)
    except (DatabaseError, NotImplementedError):
        return False
    return True


Counts = dict[str, int]
"""Statements by name of the URL."""


def counted(clients: dict[bool, Client], pair: Any, code: str) -> Counts:
    found = {}
    for endpoint in GUARDED:
        client, address = clients[endpoint.is_secretariat], endpoint.path(code, values(endpoint, pair))
        if (count := statements(client, address)) is not None:
            found[endpoint.name] = count
    return found


@pytest.fixture
def measured(
    client_for: ClientFor, staff: Any, secretary: User, maebashi: Municipality, takasaki: Municipality
) -> tuple[Counts, Counts]:
    """With one row of each model and with three."""
    pair = parties(maebashi.pk, takasaki.pk)
    own = pair(*[m for m in classed_models() if m.table_class in COPIED])[0]
    clients = {True: client_for(secretary), False: client_for(staff(maebashi, *MUNICIPAL_ROLES))}
    counted(clients, pair, maebashi.code)  # what is cached once per process or session does not count
    few = counted(clients, pair, maebashi.code)
    with as_owner(municipality_id=own.municipality_id, citizen_id=own.citizen_id):
        copied = [m for m in own.rows if m.table_class in COPIED and m._meta.label != "tenancy.Municipality"]
        assert add_rows(own, copied, EXTRA_ROWS) > 30
    return few, counted(clients, pair, maebashi.code)


@pytest.fixture
def measured_for_a_resident(identity_surface: Any, maebashi: Municipality) -> tuple[Counts, Counts]:
    """As `measured`, of the resident's own pages."""
    resident = make_resident(make_counter(maebashi))
    own = Side(maebashi.pk, resident.citizen_id)
    with as_owner(municipality_id=own.municipality_id, citizen_id=own.citizen_id):
        own.rows[Citizen] = Citizen.objects.get(pk=own.citizen_id)
        hers = [model for model in classed_models() if model.table_class is TableClass.SUBJECT]
        add_rows(own, hers, 1)
    pages = [each for each in IDENTITY if each.route.startswith("me/") and not each.parameters]

    def count() -> Counts:
        found = {each.name: statements(resident.client, f"/{each.route}") for each in pages}
        return {name: number for name, number in found.items() if number is not None}

    count()
    few = count()
    with as_owner(municipality_id=own.municipality_id, citizen_id=own.citizen_id):
        assert add_rows(own, hers, EXTRA_ROWS) > 5
    return few, count()


def few_enough(few: Counts, many: Counts) -> None:
    growing = {name: (few[name], many[name]) for name in few if many.get(name, 0) > few[name]}
    assert growing == {}
    assert {name: count for name, count in many.items() if count > MOST} == {}


def test_pages_issue_as_many_statements_for_more_rows(measured: tuple[Counts, Counts]) -> None:
    assert len(measured[0]) > 40
    few_enough(*measured)


def test_residents_pages_too(measured_for_a_resident: tuple[Counts, Counts]) -> None:
    assert len(measured_for_a_resident[0]) >= 7
    few_enough(*measured_for_a_resident)
