"""A statement that the connection has prepared sees what its context may see, each time anew."""

from uuid import uuid4

import pytest

from consortium.tenancy import context, statements
from consortium.tenancy.exceptions import ContextConflict
from consortium.tenancy.models import Municipality
from tests.identity.residents import Counter, Resident

HERS = "SELECT count(*) FROM identity_residence WHERE citizen_id = %s"
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement = %s"
OFTEN = 8
"""PostgreSQL makes a plan for all values after five."""


@pytest.mark.django_db
def test_roles_and_tenants_by_turns(hanako: Resident, counter: Counter, takasaki: Municipality) -> None:
    for _ in range(OFTEN):
        with context.citizen(hanako.citizen_id):
            assert seen(hanako) == 1
        with context.citizen(uuid4()):
            assert seen(hanako) == 0
        with context.tenant(counter.municipality.pk):
            assert seen(hanako) == 1
        with context.tenant(takasaki.pk):
            assert seen(hanako) == 0
    assert statements.first(PREPARED, [HERS.replace("%s", "$1")]) == (1,)


def seen(resident: Resident) -> int:
    found = statements.first(HERS, [resident.citizen_id])
    return int(found[0]) if found else 0


@pytest.mark.django_db(transaction=True)
def test_nobody_is_spoken_for_where_nothing_holds_the_role() -> None:
    with context.each_alone(), pytest.raises(ContextConflict), context.speaking_for(uuid4()):
        pass
