"""The description of the API is complete, and made without a warning."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS

from consortium.membership.models import User

pytestmark = pytest.mark.django_db
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def schema(stranger: User, client_for: Callable[[User], Client]) -> dict[str, Any]:
    GENERATOR_STATS.reset()
    response = client_for(stranger).get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    return response.json()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        yield from ((f"{method} {path}", one) for method, one in methods.items() if method in METHODS)


def test_is_made_without_warnings(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_every_operation_is_named_and_described(schema: dict[str, Any]) -> None:
    found = dict(operations(schema))
    assert "post /api/v1/secretariat/reports/" in found
    ids = [one["operationId"] for one in found.values()]
    assert len(set(ids)) == len(ids)
    assert not [name for name, one in found.items() if not one.get("description")]


def test_every_operation_lists_its_problems(schema: dict[str, Any]) -> None:
    for name, one in operations(schema):
        written = {"413", "415"} if name.startswith(("post", "put")) else set()
        assert {"400", "401", "403", "406", "429", "500"} | written <= one["responses"].keys(), name
        forbidden = one["responses"]["403"]["$ref"].rpartition("/")[2]
        assert "application/problem+json" in schema["components"]["responses"][forbidden]["content"]


def test_docs_hold_no_inline_script_or_style(stranger: User, client_for: Callable[[User], Client]) -> None:
    client = client_for(stranger)
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert page.count("<script ") == page.count("<script")
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def test_strangers_to_the_house_get_neither(client: Client) -> None:
    for path in ("schema", "docs", "municipalities"):
        assert client.get(f"/api/v1/{path}/").status_code == 401
