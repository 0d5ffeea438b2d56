"""The description of the API is complete, and made without a warning."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from jsonschema import Draft202012Validator

from consortium.api.endpoints import Endpoint
from consortium.membership.models import User
from tests.isolation.urls import endpoints

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


def test_a_browser_at_the_docs_is_sent_to_sign_in(client: Client) -> None:
    html = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    sent = client.get("/api/v1/docs/", headers=html)
    assert sent["Location"] == "/accounts/login/?next=/api/v1/docs/"
    for refused in (client.get("/api/v1/schema/", headers=html), client.get("/api/v1/docs/")):
        assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")
        assert refused.json()["type"].endswith("#authentication-required")


def test_the_schema_refuses_in_json(stranger: User, client_for: Callable[[User], Client]) -> None:
    refused = client_for(stranger).get("/api/v1/schema/", headers={"Accept": "image/png"})
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
    assert refused.json()["type"].endswith("#not-acceptable")


def test_operation_ids_stay(schema: dict[str, Any]) -> None:
    """Clients are generated from them: a change here is a change of the interface (docs/adr)."""
    known = (Path(__file__).parent / "operation_ids.txt").read_text("utf-8").split()
    assert sorted(one["operationId"] for one in dict(operations(schema)).values()) == known


def test_every_answer_and_body_has_an_example(schema: dict[str, Any]) -> None:
    """And the example is of the shape it illustrates."""
    for name, one in operations(schema):
        parts = [one["requestBody"]] if "requestBody" in one else []
        parts += [answer for status, answer in one["responses"].items() if status in {"200", "201", "202"}]
        for media_type, content in [pair for part in parts for pair in part.get("content", {}).items()]:
            if media_type != "application/json":
                continue
            assert content.get("examples"), name
            for example in content["examples"].values():
                validator = Draft202012Validator(content["schema"] | {"components": schema["components"]})
                validator.validate(example["value"])


def test_every_object_of_a_body_is_closed(schema: dict[str, Any]) -> None:
    """What is not described is refused: at every depth, and at each place that takes nothing."""
    schemas = schema["components"]["schemas"]
    bodies = [one["requestBody"] for _name, one in operations(schema) if "requestBody" in one]
    waiting, seen = [reference for body in bodies for reference in references(body)], set()
    while waiting:
        name = waiting.pop().rpartition("/")[2]
        if name not in seen:
            seen.add(name)
            waiting += references(schemas[name])
    open_ones = {
        name for name in seen if schemas[name].get("type") == "object"
        if schemas[name].get("additionalProperties") is not False
    }  # fmt: skip
    assert len(seen) > 8
    assert not open_ones


def references(node: Any) -> list[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node["$ref"]] if isinstance(node, dict) and "$ref" in node else []
    return own + [one for child in children for one in references(child)]


def test_problems_have_examples_of_their_shape(schema: dict[str, Any]) -> None:
    for answer in schema["components"]["responses"].values():
        content = answer["content"]["application/problem+json"]
        for example in content["examples"].values():
            Draft202012Validator(content["schema"] | {"components": schema["components"]}).validate(
                example["value"]
            )


def test_every_view_of_the_api_is_an_endpoint() -> None:
    """What endpoints do unasked (parameters, keys, conditions, deprecation) is missed by no view."""
    found = [each for each in endpoints("consortium.urls.portal") if each.route.startswith("api/v1/")]
    views = {each.name: each.view.cls for each in found if each.name not in {"api:schema", "api:docs"}}
    assert len(views) > 30
    assert not [name for name, view in views.items() if not issubclass(view, Endpoint)]
    assert not [name for name, view in views.items() if not view.tag]
