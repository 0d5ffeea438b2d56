"""A plan's whole way through the API, by an editor's system and an approver."""

from collections.abc import Callable
from typing import Any

import pytest

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests.factories import make_member

from .conftest import HERE, PLAN, Caller, problem

pytestmark = pytest.mark.django_db
CONTENT = {
    "version": 2,
    "clauses": [
        {
            "id": "c1",
            "kind": "initiative",
            "title": "書かない窓口",
            "items": ["front_yard"],
            "milestones": [{"id": "m1", "title": "試行", "due": "2027-03-31"}],
        }
    ],
}


@pytest.fixture
def edition(editor: Caller) -> str:
    return str(editor.get("/editions/").json()["results"][0]["key"])


@pytest.fixture
def drafted(editor: Caller, edition: str) -> tuple[str, str]:
    """Address and ETag of a draft with content."""
    made = editor.post("/plans/", PLAN | {"edition": edition})
    assert made.status_code == 201, made.content
    body = {name: PLAN[name] for name in ("title", "year_from", "year_to")} | {"content": CONTENT}
    saved = editor.put(made["Location"], body, If_Match=made["ETag"])
    assert saved.status_code == 200, saved.content
    return made["Location"], saved["ETag"]


def test_from_draft_to_library(
    editor: Caller, caller: Callable[..., Caller], drafted: tuple[str, str], member: Municipality
) -> None:
    place, tag = drafted
    assert editor.get(place).json()["content"] == CONTENT
    submitted = editor.post(f"{place}submit/", If_Match=tag)
    assert submitted.json()["status"] == "in_review"
    approver = caller("approver")
    returned = approver.post(f"{place}return/", {"reason": "予算を書いてください"})
    assert returned.json()["returned_reason"] == "予算を書いてください"
    submitted = editor.post(f"{place}submit/")
    published = approver.post(f"{place}publish/", {}, If_Match=submitted["ETag"])
    assert published.status_code == 201, published.content
    assert published.json()["visibility"] == "consortium"
    assert approver.get(published["Location"]).json()["hash"] == published.json()["hash"]
    assert [one["number"] for one in editor.get("/library/").json()["results"]] == [1]
    assert [one["visibility"] for one in approver.post(f"{place}unshare/").json()] == ["private"]
    assert editor.get("/library/").json()["results"] == []
    assert [one["visibility"] for one in approver.post(f"{place}share/").json()] == ["consortium"]
    assert editor.post(f"{place}revise/", {"reason": "改訂"}).json()["status"] == "draft"
    assert editor.post(f"{place}submit/").json()["status"] == "in_review"
    assert editor.post(f"{place}recall/").json()["status"] == "draft"
    with context.tenant(member.pk):
        assert Event.objects.filter(action__startswith="plan.").count() == 12


def test_a_shared_plan_is_adopted(
    editor: Caller,
    caller: Callable[..., Caller],
    drafted: tuple[str, str],
    takasaki: Municipality,
    staff: Callable[..., Any],
    client_for: Callable[..., Any],
) -> None:
    make_member(takasaki)
    place, _ = drafted
    revision = caller("approver").post(
        f"{place}publish/", {}, If_Match=editor.post(f"{place}submit/")["ETag"]
    )
    adopter = Caller(client_for(staff(takasaki, "editor")), HERE.replace("102016", "102024"))
    copy = adopter.post(f"/library/{revision.json()['id']}/adopt/", {"title": "高崎市の計画"})
    assert copy.status_code == 201
    assert adopter.get(copy["Location"]).json()["content"] == CONTENT
    problem(editor.post(f"/library/{revision.json()['id']}/adopt/", {}), 409, "state-conflict")


def test_four_eyes_and_wrong_steps_are_conflicts(
    caller: Callable[..., Caller], drafted: tuple[str, str]
) -> None:
    place, tag = drafted
    both = caller("editor", "approver")
    refused = problem(both.post(f"{place}publish/", {}, If_Match=tag), 409, "state-conflict")
    assert refused["errors"][0]["code"] == "wrong_status"
    tag = both.post(f"{place}submit/")["ETag"]
    refused = problem(both.post(f"{place}publish/", {}, If_Match=tag), 409, "state-conflict")
    assert refused["errors"][0]["code"] == "four_eyes"


def test_a_version_that_is_not_the_present_one(editor: Caller, drafted: tuple[str, str]) -> None:
    place, tag = drafted
    body = {name: PLAN[name] for name in ("title", "year_from", "year_to")} | {"content": CONTENT}
    problem(editor.put(place, body), 428, "precondition-required")
    stale = editor.put(place, body, If_Match='"v1"')
    problem(stale, 412, "precondition-failed")
    assert stale["ETag"] == tag == editor.get(place)["ETag"]
    problem(editor.put(place, body, If_Match=f"W/{tag}"), 412, "precondition-failed")
    assert editor.put(place, body, If_Match=f'"other", {tag}').status_code == 200
    problem(editor.post(f"{place}submit/", If_Match=tag), 412, "precondition-failed")
    assert editor.get(place).json()["status"] == "draft"


def test_unfinished_content_is_told_by_clause(editor: Caller, drafted: tuple[str, str]) -> None:
    place, tag = drafted
    clause = CONTENT["clauses"][0] | {"title": ""}
    body = {name: PLAN[name] for name in ("title", "year_from", "year_to")}
    body["content"] = CONTENT | {"clauses": [clause]}
    assert editor.put(place, body, If_Match=tag).status_code == 200
    errors = problem(editor.post(f"{place}submit/"), 400, "validation-error")["errors"]
    assert {"field": "c1.title", "code": "required"}.items() <= errors[0].items()


def test_unknown_members_at_any_depth_and_where_nothing_is_taken(
    editor: Caller, drafted: tuple[str, str]
) -> None:
    place, tag = drafted
    plan = editor.get(place).json()
    clause = {"id": "c1", "kind": "initiative", "title": "題", "boby": "x"}
    sent = {name: plan[name] for name in ("title", "year_from", "year_to")}
    sent["content"] = {"version": 2, "clauses": [clause]}
    errors = problem(editor.put(place, sent, If_Match=tag), 400, "validation-error")["errors"]
    assert errors == [
        {"field": "content.clauses.0.boby", "code": "unknown_field", "detail": "この項目はありません。"}
    ]
    errors = problem(editor.post(f"{place}submit/", {"at_once": True}), 400, "validation-error")["errors"]
    assert [one["field"] for one in errors] == ["at_once"]
    assert editor.get(place)["ETag"] == tag


def test_who_may_only_look(caller: Callable[..., Caller], drafted: tuple[str, str], edition: str) -> None:
    approver = caller("approver")
    assert approver.get("/plans/?status=draft").json()["results"][0]["title"] == PLAN["title"]
    problem(approver.post("/plans/", PLAN | {"edition": edition}), 403, "permission-denied")
    problem(approver.put(drafted[0], {}, If_Match=drafted[1]), 403, "permission-denied")
    problem(caller("editor").post(f"{drafted[0]}publish/", {}), 403, "permission-denied")
