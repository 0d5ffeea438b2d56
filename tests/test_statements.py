"""How many SQL statements a page issues: as many for three times the rows, and few.

Generated from the table of permissions: every page that can be opened by GET, with the trials' rows.
"""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tenancy.models import Municipality
from consortium.tenancy.policies import TableClass
from consortium.tenancy.sync import classed_models
from tests.isolation.rows import Side, as_owner, parties
from tests.test_permissions import GUARDED, ClientFor, values

MOST = 15
MORE = {
    "counter:case": 19,  # the look at a resident is itself an audit row
    "portal:secretariat_home": 18,  # a question for each source of tasks and figures
    "portal:tenant_home": 26,  # likewise
    "reporting:figures": 16,
    "services:component": 16,
    "shared_plans:plan": 16,
    "shared_plans:revision": 17,
    "sso:settings": 19,
    "staffing:decide": 16,
    "staffing:review": 17,
    "staffing:reviews": 17,
}
"""Pages that need more, and how many: debts. Eleven of each are the frame's, on every page."""
GROWING = {"portal:secretariat_home", "portal:tenant_home"}
"""One question for each account whose recovery waits for a second person (membership.actions.why_not): few,
and a debt."""
EXTRA_ROWS = 2
OF_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SELECT set_config('role', 'none'")
"""In production one BEGIN and one COMMIT, which also ends the role: no statements of the page."""
COPIED = {TableClass.TENANT, TableClass.SUBJECT, TableClass.CONSORTIUM, TableClass.LOG}

pytestmark = pytest.mark.django_db


def statements(client: Client, address: str) -> int | None:
    """None for what is no page: an answer other than 200."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        answer.getvalue()
    if answer.status_code != 200:
        return None
    return sum(not query["sql"].startswith(OF_TEST) for query in captured.captured_queries)


def add_rows(side: Side, times: int) -> int:
    """More rows of every model, beside the first one; those that may exist once stay alone."""
    added = 0
    for model in classed_models():
        if model.table_class in COPIED and model in side.rows and model._meta.label != "tenancy.Municipality":
            added += sum(saved(side, model) for _time in range(times))
    return added


def saved(side: Side, model: Any) -> bool:
    try:
        with transaction.atomic():
            side.build(model).save(force_insert=True)
    except (DatabaseError, NotImplementedError):
        return False
    return True


def counted(clients: dict[bool, Client], pair: Any, code: str) -> dict[str, int]:
    found = {}
    for endpoint in GUARDED:
        client, address = clients[endpoint.is_secretariat], endpoint.path(code, values(endpoint, pair))
        if (count := statements(client, address)) is not None:
            found[endpoint.name] = count
    return found


@pytest.fixture
def measured(
    client_for: ClientFor, staff: Any, secretary: User, maebashi: Municipality, takasaki: Municipality
) -> tuple[dict[str, int], dict[str, int]]:
    """Statements by name of the URL, with one row of each model and with three."""
    pair = parties(maebashi.pk, takasaki.pk)
    own = pair(*[m for m in classed_models() if m.table_class in COPIED])[0]
    clients = {True: client_for(secretary), False: client_for(staff(maebashi, *MUNICIPAL_ROLES))}
    counted(clients, pair, maebashi.code)  # what is cached once per process or session does not count
    few = counted(clients, pair, maebashi.code)
    with as_owner(municipality_id=own.municipality_id, citizen_id=own.citizen_id):
        assert add_rows(own, EXTRA_ROWS) > 30
    return few, counted(clients, pair, maebashi.code)


def test_pages_issue_as_many_statements_for_more_rows(
    measured: tuple[dict[str, int], dict[str, int]],
) -> None:
    few, many = measured
    assert len(few) > 40
    growing = {name: (few[name], many[name]) for name in few if many.get(name, 0) > few[name]}
    assert {name: counts for name, counts in growing.items() if name not in GROWING} == {}
    assert {name: count for name, count in many.items() if count > MORE.get(name, MOST)} == {}
