"""JSON only, methods, and how an operation is taken out of use."""

from datetime import date

import pytest
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.deprecation import Deprecation
from consortium.api.endpoints import Endpoint
from consortium.tenancy.actor import system_actor

from .conftest import Caller, problem

pytestmark = pytest.mark.django_db
DEEP = "[" * 40 + "]" * 40


@pytest.mark.parametrize(
    "body",
    [
        '{"value": 1, "value": 2}',
        '{"more": {"a": 1, "a": 1}}',
        '{"value": Infinity}',
        '{"value": 1e999}',
        DEEP,
        f'{{"value": {"9" * 5000}}}',
        b"\x82\xa0",
    ],
)
def test_ambiguous_json_is_refused(editor: Caller, body: str | bytes) -> None:
    problem(editor.post("/observations/", body), 400, "malformed-request")


def test_thirty_two_levels_are_read(editor: Caller) -> None:
    problem(editor.post("/observations/", "[" * 32 + "]" * 32), 400, "validation-error")


def test_other_formats(editor: Caller) -> None:
    problem(editor.get("/plans/", Accept="text/html"), 406, "not-acceptable")
    refused = editor.client.put("/api/v1/m/102016/plans/", "x", "application/json")
    assert refused["Allow"] == "GET, POST, HEAD, OPTIONS"
    problem(refused, 405, "method-not-allowed")


def test_head_and_options(editor: Caller) -> None:
    head = editor.head("/plans/")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == editor.get("/plans/")["ETag"]
    options = editor.options("/plans/")
    assert (options.status_code, options.content) == (204, b"")
    assert options["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_problems_speak_the_readers_language(editor: Caller) -> None:
    titles = [editor.get("/nothing/", Accept_Language=language).json()["title"] for language in ("ja", "en")]
    assert titles == ["見つかりません", "Not found"]


def test_types_lead_to_their_explanation(editor: Caller) -> None:
    address = editor.get("/nothing/").json()["type"]
    path, _, slug = address.removeprefix("http://localhost:8000").partition("#")
    editor.client.logout()
    assert f'id="{slug}"' in editor.client.get(path).content.decode()


class Old(Endpoint):
    permission_classes = []
    deprecations = {
        "get": Deprecation(date(2026, 7, 1), date(2027, 7, 1), "https://x.example/developers/versioning/")
    }

    def get(self, request: Request) -> Response:
        return Response({})

    def delete(self, request: Request) -> Response:
        return Response(status=204)


def test_a_deprecated_operation_says_so() -> None:
    responses = []
    for method in ("get", "delete"):
        request = getattr(RequestFactory(), method)("/")
        request.actor = system_actor("test")
        responses.append(Old.as_view()(request))
    old, other = responses
    assert old["Deprecation"] == "@1782864000"
    assert old["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert 'rel="deprecation"' in old["Link"]
    assert "Deprecation" not in other
