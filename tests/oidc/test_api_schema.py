"""The API for services as it is described: ids stay, security is named, generated requests find nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from consortium.api import limits
from consortium.api.idempotency import HEADER
from consortium.api.limits import Policy
from consortium.api.models import IdempotencyKey
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
    "my_signature_requests_create",
    "my_signature_requests_retrieve",
    "signatures_verify",
    "catalogue_list",
    "municipality_names_list",
}
OPEN = {"wallet_device_register", "wallet_proofings_create", "wallet_proofings_answer"}
OF_DEVICES = {
    "wallet_device_renew",
    "wallet_device_resume",
    "wallet_device_retrieve",
    "wallet_device_revoke",
    "wallet_device_suspend",
    "wallet_devices_list",
    "wallet_sign_in_confirm",
    "wallet_sign_in_refuse",
    "wallet_sign_in_retrieve",
    "wallet_signature_decline",
    "wallet_signature_request_retrieve",
    "wallet_signature_requests_list",
    "wallet_signature_sign",
}
UNKEYED = {"wallet_proofings_create", "wallet_proofings_answer"}
"""Posted without an Idempotency-Key: what they take is good once anyhow."""


@pytest.fixture
def described(identity_surface: Any) -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator(urlconf="consortium.urls.identity").get_schema(public=True)
    return found


def test_ids_and_security_stay(described: dict[str, Any]) -> None:
    operations = _operations(described)
    assert operations.keys() == IDS | OPEN | OF_DEVICES
    security = {name: one["security"] for name, one in operations.items()}
    assert security["my_attributes_retrieve"] == [{"openId": ["openid"]}]
    assert security["my_signature_requests_create"] == [{"openId": ["openid"]}]
    assert security["catalogue_list"] == [{"clientCredentials": ["components.read"]}]
    assert security["signatures_verify"] == [{"clientCredentials": ["signatures.verify"]}]
    assert all(security[name] == [{"deviceProof": []}] for name in OF_DEVICES)
    assert {name for name, found in security.items() if found == [{}]} == OPEN
    answers = {name: one["responses"].keys() for name, one in operations.items()}
    assert all("429" in found for found in answers.values())
    assert all("401" in answers[name] for name in IDS | OF_DEVICES)
    assert all("403" in answers[name] for name in IDS)


def test_posts_say_whether_they_take_a_key(described: dict[str, Any]) -> None:
    posts = {
        path["post"]["operationId"]: path["post"] for path in described["paths"].values() if "post" in path
    }
    keys = {name: [one["name"] for one in post.get("parameters", ())] for name, post in posts.items()}
    assert {name for name, found in keys.items() if HEADER not in found} == UNKEYED


def test_a_key_is_passed_over_where_none_is_kept(identity_surface: Any, client: Client) -> None:
    answer = client.post("/wallet/v1/proofings", {}, "application/json", headers={HEADER: "mine"})
    assert answer.status_code == 422, "proofing by card is off"
    assert "Idempotency-Replayed" not in answer
    assert not IdempotencyKey.objects.exists()


def _operations(described: dict[str, Any]) -> dict[str, Any]:
    return {one["operationId"]: one for methods in described["paths"].values() for one in methods.values()}


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
