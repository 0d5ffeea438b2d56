"""The API for services as it is described: ids stay, security is named, generated requests find nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from consortium.api import limits
from consortium.api.limits import Policy
from services.models import Component
from tests.api.test_schemathesis import CHECKED, one_transaction
from tests.identity.residents import Resident

from .support import Service
from .test_api import SCOPES, own_token

pytestmark = pytest.mark.django_db
IDS = {
    "my_attributes_retrieve",
    "consent_requests_create",
    "consent_requests_retrieve",
    "my_consent_requests_create",
    "catalogue_list",
    "municipality_names_list",
}


@pytest.fixture
def described(identity_surface: Any) -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator(urlconf="consortium.urls.identity").get_schema(public=True)
    return found


def test_ids_and_security_stay(described: dict[str, Any]) -> None:
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert {one["operationId"] for one in operations} == IDS
    security = {one["operationId"]: one["security"] for one in operations}
    assert security["my_attributes_retrieve"] == [{"openId": ["openid"]}]
    assert security["catalogue_list"] == [{"clientCredentials": ["components.read"]}]
    assert all({"401", "403", "429"} <= one["responses"].keys() for one in operations)


@pytest.mark.slow
@pytest.mark.parametrize("caller", ["resident", "machine", "nobody"])
def test_the_description_holds(
    caller: str,
    described: dict[str, Any],
    hanako: Resident,
    service: Service,
    transport: Component,
    register: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CLIENT", "ADDRESS", "ANONYMOUS"):
        monkeypatch.setattr(limits, name, Policy(name.lower(), 1_000_000))
    machine = register(transport, grant_types=["client_credentials"], allowed_scopes=SCOPES)
    tokens = {"resident": service.tokens(hanako.client)["access_token"], "machine": own_token(machine)}
    headers = {"Authorization": f"Bearer {tokens[caller]}"} if caller in tokens else {}
    schema = schemathesis.openapi.from_dict(described)
    schema.app = get_wsgi_application()
    answered: set[int] = set()
    with one_transaction():
        for result in schema.get_all_operations():
            operation = result.ok()
            for mode in GenerationMode if operation.query else [GenerationMode.POSITIVE]:
                _requests(operation.as_strategy(generation_mode=mode), headers, answered)()
    assert (200 in answered) is (caller in tokens)


def _requests(strategy: Any, headers: dict[str, str], answered: set[int]) -> Callable[[], None]:
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case) -> None:
        if case.query:
            case.query.pop("fields", None)
        response = case.call(headers=headers)
        answered.add(response.status_code)
        case.validate_response(response, checks=CHECKED)

    return send
