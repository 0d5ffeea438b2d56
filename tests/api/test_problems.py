"""Whatever is wrong with a request, the answer is a problem in JSON and nothing is half done."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consortium.membership.models import User
from consortium.reporting.models import Observation
from consortium.reporting.serializers import IndicatorSerializer
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db
FIGURE = {"indicator": "dx_budget", "fiscal_year": 2025, "value": "1200000", "source": "当初予算"}
MY_NUMBER = "1234 5678 9018"


@pytest.fixture
def editor(
    maebashi: Municipality, staff: Callable[..., User], client_for: Callable[[User], Client]
) -> Client:
    call_command("load_indicators", verbosity=0)
    return client_for(staff(maebashi, "editor"))


def post(client: Client, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        "/api/v1/m/102016/observations/", text, content_type=content_type, headers=headers or None
    )


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    return body


def recorded(municipality: Municipality) -> int:
    with context.tenant(municipality.pk):
        return Observation.objects.count()


def test_a_figure_is_recorded_and_listed(editor: Client, maebashi: Municipality) -> None:
    response = post(editor, FIGURE)
    assert response.status_code == 201, response.content
    assert response.json()["value"] == "1200000.00"
    listed = editor.get("/api/v1/m/102016/observations/").json()["results"]
    assert [one["indicator"] for one in listed] == ["dx_budget"]


def test_indicators_are_listed(editor: Client) -> None:
    assert len(editor.get("/api/v1/m/102016/indicators/").json()["results"]) == 6


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{broken", 400),
        (b"\xff\xfe", 400),
        ("[" * 100_000, 400),
        ('{"value": NaN}', 400),
        ("[]", 400),
        ("null", 400),
        ("", 400),
        ("x" * 2_600_000, 413),
    ],
)
def test_broken_bodies(editor: Client, maebashi: Municipality, body: str | bytes, status: int) -> None:
    problem(post(editor, body), status)
    assert recorded(maebashi) == 0


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"source": f"番号 {MY_NUMBER}"}, "source", "my_number"),
        ({"source": "１２３４５６７８９０１８"}, "source", "my_number"),
        ({"source": "a\0b"}, "source", "unusable_character"),
        ({"source": "\ud800"}, "source", "unusable_character"),
        ({"value": "-1"}, "value", "range"),
        ({"value": "1.5"}, "value", "whole"),
        ({"indicator": "none"}, "indicator", "unknown"),
        ({"fiscal_year": "x"}, "fiscal_year", "invalid"),
    ],
)
def test_refused_fields(
    editor: Client, maebashi: Municipality, change: dict[str, str], field: str, code: str
) -> None:
    errors = problem(post(editor, FIGURE | change), 400)["errors"]
    assert (field, code) in {(one["field"], one["code"]) for one in errors}
    assert recorded(maebashi) == 0


def test_a_my_number_in_a_nested_field_or_a_key_is_refused(editor: Client) -> None:
    for body in ({"more": [{"deep": MY_NUMBER}]}, {MY_NUMBER: 1}):
        errors = problem(post(editor, FIGURE | body), 400)["errors"]
        assert {one["code"] for one in errors} == {"my_number"}


def test_unknown_members_are_named_beside_what_else_is_wrong(editor: Client, maebashi: Municipality) -> None:
    body = {**FIGURE, "valeu": 1, "x" * 300: None}
    del body["value"]
    errors = problem(post(editor, body), 400)["errors"]
    assert [(one["field"], one["code"]) for one in errors] == [
        ("value", "required"),
        ("valeu", "unknown_field"),
        ("x" * 100, "unknown_field"),
    ]
    assert recorded(maebashi) == 0


def test_serializers_of_models_name_unknown_members_too(db: None) -> None:
    serializer = IndicatorSerializer(data={"valeu": 1})
    assert not serializer.is_valid()
    assert [one.code for one in serializer.errors["valeu"]] == ["unknown_field"]


def test_wrong_content_type(editor: Client) -> None:
    problem(post(editor, "a=1", "application/x-www-form-urlencoded"), 415)
    problem(post(editor, "<a/>", "application/xml"), 415)


def test_wrong_method(editor: Client) -> None:
    problem(editor.delete("/api/v1/m/102016/observations/"), 405)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing/", "/api/v2/", "/api/v1/m/102016/nothing/", "/api/v1/m/999999/observations/",
     "/api/v1/m/102017/observations/", "/api/v1/m/102024/observations/",
     "/api/v1/municipalities/000000/", "/api/v1/secretariat/reports/"],
)  # fmt: skip
def test_unknown_or_none_of_the_callers_business(editor: Client, path: str) -> None:
    problem(editor.get(path), 404)


def test_a_member_without_the_permission(
    maebashi: Municipality, staff: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    problem(client_for(staff(maebashi, "approver")).get("/api/v1/m/102016/observations/"), 403)


def test_nobody_is_signed_in(client: Client, maebashi: Municipality) -> None:
    problem(client.get("/api/v1/m/102016/observations/"), 401)


def test_without_csrf_token_nothing_is_written(editor: Client, maebashi: Municipality) -> None:
    editor.handler.enforce_csrf_checks = True
    problem(post(editor, FIGURE), 403)
    assert recorded(maebashi) == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0192d3c4-5b6a-7c8d-9e0f-1a2b3c4d5e6f", True),
        ("4bf92f3577b34da6a3ce929d0e0e4736", True),
        ("123456789018", False),
        ("00000000-0000-0000-0000-123456789018", False),
        ("bad id\n", False),
        ("x" * 99, False),
    ],
)
def test_request_id(editor: Client, sent: str, kept: bool) -> None:
    answered = editor.get("/api/v1/municipalities/", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert (answered == sent) is kept
    assert len(answered) >= 8


def test_registry(editor: Client) -> None:
    found = editor.get("/api/v1/municipalities/", {"prefecture": "10", "q": "まえばし"}).json()["results"]
    assert [one["code"] for one in found] == ["102016"]
    assert editor.get("/api/v1/municipalities/102016/").json()["name"] == "前橋市"
    assert len(editor.get("/api/v1/municipalities/").json()["results"]) == 50
    problem(editor.get("/api/v1/municipalities/", {"q": "\0"}), 400)
