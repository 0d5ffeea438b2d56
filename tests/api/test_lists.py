"""Pages, filters and chosen fields."""

import pytest

from .conftest import Caller, problem

pytestmark = pytest.mark.django_db
REGISTRY = "/api/v1/municipalities/"


def test_pages_meet_without_gap_or_overlap(editor: Caller) -> None:
    codes, place = [], f"{REGISTRY}?prefecture=10&limit=7"
    while place:
        page = editor.get(place).json()
        codes += [one["code"] for one in page["results"]]
        last, place = place, (page["next"] or "").removeprefix("http://testserver")
    assert codes == sorted(set(codes))
    assert len(codes) == 35
    back = editor.get(last).json()["previous"].removeprefix("http://testserver")
    assert [one["code"] for one in editor.get(back).json()["results"]] == codes[21:28]


def test_a_page_stays_where_it_is_while_rows_are_added(editor: Caller) -> None:
    figure = {"indicator": "dx_budget", "value": "1"}
    for year in (2020, 2021, 2022):
        editor.post("/observations/", figure | {"fiscal_year": year})
    first = editor.get("/observations/?limit=2").json()
    editor.post("/observations/", figure | {"fiscal_year": 2023})
    rest = editor.get(first["next"].removeprefix("http://testserver")).json()
    assert [one["fiscal_year"] for one in first["results"] + rest["results"]] == [2022, 2021, 2020]


def test_a_made_up_or_borrowed_cursor_is_refused(editor: Caller) -> None:
    cursor = editor.get(f"{REGISTRY}?limit=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    assert editor.get(f"{REGISTRY}?cursor={cursor}").status_code == 200
    for other in (f"?cursor={cursor[:-1]}x", "?cursor=x", f"?prefecture=10&cursor={cursor}"):
        problem(editor.get(REGISTRY + other), 400, "invalid-cursor")
    problem(editor.get(f"/plans/?cursor={cursor}"), 400, "invalid-cursor")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "min_value"),
        ("limit=201", "limit", "max_value"),
        ("limit=x", "limit", "invalid"),
        ("limit=1&limit=2", "limit", "repeated"),
        ("status=gone", "status", "invalid_choice"),
        ("colour=red", "colour", "unknown"),
        ("fields=id,secret", "fields", "unknown_field"),
        ("fields=", "fields", "unknown_field"),
        ("edition=%00", "edition", "unusable_character"),
    ],
)
def test_refused_parameters(editor: Caller, query: str, field: str, code: str) -> None:
    refused = problem(editor.get(f"/plans/?{query}"), 400, "invalid-parameter")
    assert (field, code) in {(one["field"], one["code"]) for one in refused["errors"]}
    expected = {"limit", "cursor", "status", "edition", "fields"}
    assert set(refused["allowed"]) == expected or field == "fields"


def test_parameters_of_a_write_are_refused_too(editor: Caller) -> None:
    problem(editor.post("/observations/?limit=1", {}), 400, "invalid-parameter")


def test_filters(editor: Caller) -> None:
    for year in (2024, 2025):
        editor.post("/observations/", {"indicator": "dx_budget", "fiscal_year": year, "value": None})
    found = editor.get("/observations/?fiscal_year=2025&status=not_surveyed").json()["results"]
    assert [one["fiscal_year"] for one in found] == [2025]
    assert editor.get("/observations/?indicator=other").json()["results"] == []


def test_only_the_fields_asked_for(editor: Caller) -> None:
    found = editor.get(f"{REGISTRY}?fields=code,name&limit=1").json()["results"]
    assert [set(one) for one in found] == [{"code", "name"}]
    assert editor.get(f"{REGISTRY}102016/?fields=name").json() == {"name": "前橋市"}


def test_what_has_not_changed_is_not_sent_again(editor: Caller) -> None:
    first = editor.get(f"{REGISTRY}102016/")
    again = editor.get(f"{REGISTRY}102016/", If_None_Match=f'"x", {first["ETag"]}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert editor.get(f"{REGISTRY}102016/", If_None_Match='"x"').status_code == 200
    assert editor.get(f"{REGISTRY}102024/")["ETag"] != first["ETag"]
