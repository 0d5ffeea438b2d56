"""Every URL: who may open it. A new endpoint without a row here fails, and so does one that lets another in.

In the order anonymous, unrelated, member, owner. The owner's answer is the positive control.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from consortium.membership.access import PUBLIC
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES, ROLES
from consortium.tenancy.models import Municipality
from consortium.tenancy.policies import TableClass
from tests.isolation.rows import Parties, Side, parties
from tests.isolation.urls import Endpoint, endpoints
from tests.permission_table import OBJECTS, OPEN, PERMISSIONS

PORTAL = endpoints("consortium.urls.portal")
IDENTITY = endpoints("consortium.urls.identity")
TENANT = [each for each in PORTAL if each.is_tenant]
GUARDED = [each for each in PORTAL if each.is_tenant or each.is_secretariat]
OF_OBJECTS = [each for each in TENANT if each.parameters]
OTHERS = [each for each in (*PORTAL, *IDENTITY) if not (each.is_tenant or each.is_secretariat)]
ClientFor = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def name(endpoint: Endpoint) -> str:
    return endpoint.name


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    return parties(maebashi.pk, takasaki.pk)


def ask(client: Client, path: str) -> int:
    """The status of a GET, or of an empty POST where only that is offered."""
    status = client.get(path).status_code
    return client.post(path, content_type="application/json").status_code if status == 405 else status


def values(endpoint: Endpoint, pair: Parties, *, foreign: bool = False) -> dict[str, Any]:
    """Values for the parameters of a path, of the own or of the other party's rows."""
    return {parameter: _value(parameter, pair, foreign) for parameter in endpoint.parameters}


def _value(parameter: str, pair: Parties, foreign: bool) -> Any:
    entry = OBJECTS[parameter]
    if isinstance(entry, str):
        return entry
    label, attribute = entry
    side: Side = pair(apps.get_model(label))[foreign]
    return getattr(side.rows[apps.get_model(label)], attribute)


def test_every_url_has_a_row() -> None:
    guarded = {endpoint.name for endpoint in GUARDED}
    assert guarded == set(PERMISSIONS)
    assert {endpoint.name for endpoint in OTHERS} == set(OPEN)


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_the_view_declares_what_the_table_says(endpoint: Endpoint) -> None:
    assert endpoint.permission == PERMISSIONS[endpoint.name]


def test_every_permission_is_somebodys() -> None:
    granted = {permission for role in ROLES.values() for permission in role.permissions}
    assert {each for each in PERMISSIONS.values() if each != PUBLIC} <= granted


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_anonymous(endpoint: Endpoint, client: Client, pair: Parties, maebashi: Municipality) -> None:
    status = ask(client, endpoint.path(maebashi.code, values(endpoint, pair)))
    if PERMISSIONS[endpoint.name] == PUBLIC:
        assert status < 500
    else:
        assert status in ({401, 403} if endpoint.route.startswith("api/") else {302})


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_unrelated(
    endpoint: Endpoint, client_for: ClientFor, staff: Any, pair: Parties, maebashi: Municipality, takasaki: Municipality
) -> None:
    """All roles of another municipality open nothing here."""
    if PERMISSIONS[endpoint.name] == PUBLIC:
        pytest.skip("open to strangers by declaration")
    client = client_for(staff(takasaki, *MUNICIPAL_ROLES))
    assert ask(client, endpoint.path(maebashi.code, values(endpoint, pair))) == 404


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_member_without_the_permission(
    endpoint: Endpoint, client_for: ClientFor, staff: Any, secretary: User, pair: Parties, maebashi: Municipality
) -> None:
    permission = PERMISSIONS[endpoint.name]
    without = [key for key, role in MUNICIPAL_ROLES.items() if permission not in role.permissions]
    if endpoint.is_secretariat or permission == PUBLIC or not without:
        pytest.skip("every role has it")
    client = client_for(staff(maebashi, *without))
    assert ask(client, endpoint.path(maebashi.code, values(endpoint, pair))) == 403


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_owner(
    endpoint: Endpoint, client_for: ClientFor, staff: Any, secretary: User, pair: Parties, maebashi: Municipality
) -> None:
    person = secretary if endpoint.is_secretariat else staff(maebashi, *MUNICIPAL_ROLES)
    status = ask(client_for(person), endpoint.path(maebashi.code, values(endpoint, pair)))
    assert status < 500
    assert status not in {401, 403, 404}


@pytest.mark.parametrize("endpoint", OF_OBJECTS, ids=name)
def test_the_object_of_another_tenant(
    endpoint: Endpoint, client_for: ClientFor, staff: Any, pair: Parties, maebashi: Municipality
) -> None:
    """Under the own path, with every role: it is not there."""
    guarded = {TableClass.TENANT, TableClass.SUBJECT}
    labels = [OBJECTS[parameter] for parameter in endpoint.parameters]
    if not any(isinstance(each, tuple) and apps.get_model(each[0]).table_class in guarded for each in labels):
        pytest.skip("its objects are nobody's own")
    client = client_for(staff(maebashi, *MUNICIPAL_ROLES))
    path = endpoint.path(maebashi.code, values(endpoint, pair, foreign=True))
    assert client.get(path).status_code in {404, 405}
    assert client.post(path, content_type="application/json").status_code in {404, 405}


@pytest.mark.parametrize("endpoint", [each for each in PORTAL if each in OTHERS], ids=name)
def test_outside_tenants_strangers_get_what_the_table_says(endpoint: Endpoint, client: Client) -> None:
    if any(parameter not in OBJECTS for parameter in endpoint.parameters) or OPEN[endpoint.name]:
        pytest.skip("open to all by declaration, tested where it is made")
    assert ask(client, endpoint.path("", {})) in {302, 401, 403}


def test_coverage_is_told(record_testsuite_property: Callable[[str, object], None], capsys: Any) -> None:
    told = f"{len(PORTAL)} portal and {len(IDENTITY)} identity endpoints, {len(GUARDED)} of them speak for somebody"
    record_testsuite_property("endpoints", told)
    with capsys.disabled():
        print(f"\nPermissions proved over {told}.")  # noqa: T201
