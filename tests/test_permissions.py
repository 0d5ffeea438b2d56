"""Every URL: who may open it. A new endpoint without a row here fails, and so does one that lets another in.

In the order anonymous, unrelated, member, owner. The owner's answer is the positive control.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings, settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import path
from django.views import View

from consortium.membership.access import PUBLIC
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES, ROLES
from consortium.tenancy.models import Municipality
from consortium.tenancy.policies import TableClass
from tests.isolation.rows import Parties, Side, parties
from tests.isolation.test_models import SHARED
from tests.isolation.urls import Endpoint, endpoints
from tests.permission_objects import NOT_YET, OBJECTS, STRANGERS
from tests.permission_table import PERMISSIONS

PORTAL = endpoints("consortium.urls.portal")
IDENTITY = endpoints("consortium.urls.identity")
TENANT = [each for each in PORTAL if each.is_tenant]
GUARDED = [each for each in PORTAL if each.is_tenant or each.is_secretariat]
OF_OBJECTS = [each for each in TENANT if each.parameters]
OTHERS = [each for each in (*PORTAL, *IDENTITY) if not (each.is_tenant or each.is_secretariat)]
EXAMPLES = {"membership:end_session": 1, "mfa_remove_webauthn": 1, "mfa_edit_webauthn": 1}
ClientFor = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def name(endpoint: Endpoint) -> str:
    return endpoint.name


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    return parties(maebashi.pk, takasaki.pk)


def ask(client: Client, address: str) -> int:
    """The status of a GET, or of an empty POST where only that is offered."""
    status = client.get(address).status_code
    return client.post(address, content_type="application/json").status_code if status == 405 else status


def values(endpoint: Endpoint, pair: Parties, *, foreign: bool = False) -> dict[str, Any]:
    """Values for the parameters of a path, of the own or of the other party's rows."""
    return {parameter: _value(parameter, pair, foreign) for parameter in endpoint.parameters}


def _value(parameter: str, pair: Parties, foreign: bool) -> Any:
    entry = OBJECTS[parameter]
    if isinstance(entry, str):
        return entry
    label, attribute, *also = entry
    model = apps.get_model(label)
    side: Side = pair(model, *map(apps.get_model, also))[foreign]
    return getattr(side.rows[model], attribute)


def uncovered(found: list[Endpoint]) -> set[str]:
    """URLs that speak for somebody and have no row."""
    return {each.name for each in found if each.is_tenant or each.is_secretariat} - set(PERMISSIONS)


def test_every_url_has_a_row() -> None:
    assert uncovered(PORTAL) == set()
    assert set(PERMISSIONS) <= {endpoint.name for endpoint in GUARDED}
    assert {endpoint.name for endpoint in OTHERS} >= STRANGERS


def test_an_uncovered_url_is_found() -> None:
    """The test of the test: a new address, whose view declares nothing either."""
    page = path("m/<municipality:code>/new/", View.as_view(), name="new")
    (found,) = endpoints((page,))
    assert uncovered([found]) == {"new"}
    assert found.permission is None


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
    endpoint: Endpoint,
    client_for: ClientFor,
    staff: Any,
    pair: Parties,
    maebashi: Municipality,
    takasaki: Municipality,
) -> None:
    """All roles of another municipality open nothing here."""
    if PERMISSIONS[endpoint.name] == PUBLIC:
        pytest.skip("open to strangers by declaration")
    client = client_for(staff(takasaki, *MUNICIPAL_ROLES))
    assert ask(client, endpoint.path(maebashi.code, values(endpoint, pair))) == 404


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_member_without_the_permission(
    endpoint: Endpoint,
    client_for: ClientFor,
    staff: Any,
    secretary: User,
    pair: Parties,
    maebashi: Municipality,
) -> None:
    permission = PERMISSIONS[endpoint.name]
    without = [key for key, role in MUNICIPAL_ROLES.items() if permission not in role.permissions]
    if endpoint.is_secretariat or permission == PUBLIC or not without:
        pytest.skip("every role has it")
    client = client_for(staff(maebashi, *without))
    assert ask(client, endpoint.path(maebashi.code, values(endpoint, pair))) == 403


@pytest.mark.parametrize("endpoint", GUARDED, ids=name)
def test_owner(
    endpoint: Endpoint,
    client_for: ClientFor,
    staff: Any,
    secretary: User,
    pair: Parties,
    maebashi: Municipality,
) -> None:
    person = secretary if endpoint.is_secretariat else staff(maebashi, *MUNICIPAL_ROLES)
    status = ask(client_for(person), endpoint.path(maebashi.code, values(endpoint, pair)))
    assert status < 500
    assert status not in ({401, 403} if endpoint.name in NOT_YET else {401, 403, 404})


@pytest.mark.parametrize("endpoint", OF_OBJECTS, ids=name)
def test_the_object_of_another_tenant(
    endpoint: Endpoint, client_for: ClientFor, staff: Any, pair: Parties, maebashi: Municipality
) -> None:
    """Under the own path, with every role: it is not there."""
    if not any(_is_guarded(OBJECTS[parameter]) for parameter in endpoint.parameters):
        pytest.skip("its objects are nobody's own, or shared by design")
    client = client_for(staff(maebashi, *MUNICIPAL_ROLES))
    address = endpoint.path(maebashi.code, values(endpoint, pair, foreign=True))
    assert client.get(address).status_code in {404, 405}
    assert client.post(address, content_type="application/json").status_code in {404, 405}


def _is_guarded(entry: str | tuple[str, ...]) -> bool:
    if isinstance(entry, str) or entry[0] in SHARED:
        return False
    return apps.get_model(entry[0]).table_class in {TableClass.TENANT, TableClass.SUBJECT}


@pytest.mark.parametrize("endpoint", [each for each in PORTAL if each in OTHERS], ids=name)
def test_strangers_on_the_portal(endpoint: Endpoint, client: Client) -> None:
    _strangers_are_sent_away(endpoint, client)


@pytest.mark.parametrize("endpoint", IDENTITY, ids=name)
def test_strangers_on_the_identity_surface(
    endpoint: Endpoint, client: Client, identity_surface: LazySettings
) -> None:
    _strangers_are_sent_away(endpoint, client)


def _strangers_are_sent_away(endpoint: Endpoint, client: Client) -> None:
    address = endpoint.path(
        "102016", dict.fromkeys(endpoint.parameters, EXAMPLES.get(endpoint.name, uuid4()))
    )
    response = client.get(address)
    response = client.post(address) if response.status_code == 405 else response
    if endpoint.name in STRANGERS:
        assert response.status_code < 500
    elif response.status_code == 302:
        assert response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    else:
        assert response.status_code in {401, 403}


def test_coverage_is_told(record_testsuite_property: Callable[[str, object], None], capsys: Any) -> None:
    told = f"{len(PORTAL)} portal and {len(IDENTITY)} identity endpoints ({len(GUARDED)} speak for somebody)"
    record_testsuite_property("endpoints", told)
    with capsys.disabled():
        print(f"\nPermissions proved over {told}.")  # noqa: T201
