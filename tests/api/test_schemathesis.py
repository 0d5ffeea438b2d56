"""Generated requests, good and bad, to every operation as everybody: the description holds whatever is sent.

Schemathesis makes them from the schema; the same requests each time.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup

from consortium.api import limits
from consortium.api.limits import Policy
from consortium.membership import queries
from consortium.membership.actions import apply_for_membership, invite_staff
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tenancy.models import Municipality
from services.actions import adopt_component, register_component
from tests.api.conftest import PLAN, Caller
from tests.services.conftest import COMPONENT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "allow_header_conformance",
        "negative_data_rejection",
    ]
)
CSRF = "a" * 32
ROLES = (*MUNICIPAL_ROLES, "secretary", "stranger", "system", "nobody")
REQUESTS = dict.fromkeys(("editor", "secretary", "system"), 3)
"""Of each mode, to each operation; 1 by other callers. Higher numbers find more and take longer."""
INSIDE_A_LIST = "/items/"
"""Schemathesis breaks the schema of a list's items and may then send an empty list, which is right."""
Credentials = dict[str, dict[str, str]]


@pytest.fixture
def places(
    editor: Caller,
    member: Municipality,
    takasaki: Municipality,
    staff: Callable[..., User],
    secretary: User,
    acting: Callable[..., Any],
) -> dict[str, Any]:
    """Something of each kind that a path can name."""
    edition = editor.get("/editions/").json()["results"][0]["key"]
    plan = editor.post("/plans/", PLAN | {"edition": edition}).json()["id"]
    with acting(secretary) as actor:
        component = register_component(by=actor, **COMPONENT)
        details = {"contact_name": "担当", "contact_email": "a@b.example", "reason": ""}
        application = apply_for_membership(by=queries.NOBODY, municipality=takasaki, **details)
    with acting(staff(member, "administrator"), member) as actor:
        adoption = adopt_component(by=actor, component=component)
        token = invite_staff(by=actor, email="new@b.example", name="新任", role="editor")
        invitation = queries.staff_invitation(token)
    return {
        "code": member.code,
        "plan": plan,
        "number": 1,
        "component": component.code,
        "application": str(application.pk),
        "adoption": str(adoption.pk),
        "invitation": str(invitation and invitation.pk),
    }


@pytest.fixture
def credentials(
    member: Municipality,
    staff: Callable[..., User],
    secretary: User,
    stranger: User,
    client_for: Callable[..., Client],
    secret: Callable[..., str],
) -> Callable[[str], Credentials]:
    """credentials(role): what a caller of the role sends with each request."""

    def of(role: str) -> Credentials:
        if role == "system":
            return {"headers": {"Authorization": f"Bearer {secret()}"}}
        if role == "nobody":
            return {}
        others = {"secretary": secretary, "stranger": stranger}
        client = client_for(others.get(role) or staff(member, role))
        cookies = {"portal_session": client.session.session_key, "portal_csrf": CSRF}
        return {"cookies": cookies, "headers": {"X-CSRFToken": CSRF}}

    return of


@pytest.fixture
def schema(editor: Caller) -> Any:
    described = editor.get("/api/v1/schema/", Accept="application/json").json()
    loaded = schemathesis.openapi.from_dict(described)
    loaded.app = get_wsgi_application()
    return loaded


@contextmanager
def one_transaction() -> Iterator[None]:
    """All requests share the test's, as with Django's own test client (which puts the receivers back)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT", "ADDRESS", "ANONYMOUS"):
        monkeypatch.setattr(limits, name, Policy(name.lower(), 1_000_000))


@pytest.mark.parametrize("role", ROLES)
def test_the_description_holds(
    role: str, schema: Any, places: dict[str, Any], credentials: Callable[[str], Credentials]
) -> None:
    sent, troubles, answered = credentials(role), [], Counter()
    with one_transaction():
        for operation in operations(schema):
            named = {name: places[name] for name in places if f"{{{name}}}" in operation.path}
            for mode in GenerationMode:
                strategy = operation.as_strategy(generation_mode=mode, path_parameters=named)
                try:
                    requests(strategy, sent, answered, REQUESTS.get(role, 1))()
                except FailureGroup as group:
                    troubles += [
                        f"{operation.label}: {one}" for one in group.exceptions if not misjudged(one)
                    ]
    assert not troubles, "\n\n".join(troubles)
    assert role == "nobody" or answered[200], answered  # the credentials were good


def misjudged(failure: Exception) -> bool:
    """A version that is not the present one is refused before the body is read, with 412."""
    stale = getattr(failure, "status_code", 0) == HTTPStatus.PRECONDITION_FAILED
    return isinstance(failure, AcceptedNegativeData) and (stale or INSIDE_A_LIST in str(failure))


def requests(strategy: Any, sent: Credentials, answered: Counter[int], count: int) -> Callable[[], None]:
    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case) -> None:
        if case.query:
            case.query.pop("fields", None)  # leaves members out, which is its purpose
        response = case.call(**sent)
        answered[response.status_code] += 1
        case.validate_response(response, checks=CHECKED)

    return send


def operations(schema: Any) -> Iterator[Any]:
    for result in schema.get_all_operations():
        yield result.ok()
