import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.my_number import check_digit
from shared_plans.domain.content import (
    MAX_BODY,
    MAX_CLAUSES,
    MAX_MILESTONES,
    MAX_TITLE,
    Content,
    Initiative,
    MalformedContent,
    Milestone,
    Period,
    Problem,
    ProblemCode,
    canonical_json,
    cleaned,
    from_json,
    new_id,
    problems,
    revision_hash,
    to_json,
)

ITEMS = frozenset({"front_yard", "ai_rpa"})
FY2026 = Period(date(2026, 4, 1), date(2027, 3, 31))
CLAUSE = Initiative("c1", "front_yard", "書かない窓口", "本文", (Milestone("m1", "開始", date(2026, 10, 1)),))
PLAN = Content((CLAUSE, Initiative("c2", "ai_rpa", "議事録作成")))

texts = st.text(max_size=20)
milestones = st.builds(Milestone, texts, texts, st.dates())
clauses = st.builds(Initiative, texts, texts, texts, texts, st.lists(milestones, max_size=3).map(tuple))
contents = st.builds(Content, st.lists(clauses, max_size=4).map(tuple))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "clauses", "id", "item", "title", "body", "milestones", "due"]),
            inner,
            max_size=6,
        )
    ),
)


def found(clause: Initiative, *, complete: bool = True) -> set[tuple[str, str]]:
    result = problems(Content((clause,)), item_keys=ITEMS, period=FY2026, complete=complete)
    assert all(problem.clause_id == clause.id for problem in result)
    return {(problem.field, problem.code.value) for problem in result}


def test_a_good_plan_has_no_problems() -> None:
    assert problems(PLAN, item_keys=ITEMS, period=FY2026) == []
    assert PLAN.item_keys() == ("front_yard", "ai_rpa")
    assert PLAN.clause("c2") is PLAN.clauses[1] and PLAN.clause("c3") is None


@given(contents)
def test_json_round_trip(content: Content) -> None:
    assert from_json(json.loads(json.dumps(to_json(content)))) == content


@given(contents, contents)
def test_hashes_are_equal_exactly_for_equal_contents(one: Content, other: Content) -> None:
    assert (revision_hash(one) == revision_hash(other)) == (one == other)


def test_the_hash_ignores_the_order_of_keys_and_never_changes() -> None:
    """A literal: hashes stand in stored revisions and adoptions, so the canonical form must never change."""
    shuffled = json.loads(json.dumps(to_json(PLAN)), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert revision_hash(from_json(shuffled)) == revision_hash(PLAN)
    assert canonical_json(Content((replace(CLAUSE, milestones=()),))) == (
        '{"clauses":[{"body":"本文","id":"c1","item":"front_yard","milestones":[],"title":"書かない窓口"}],"version":1}'
    )
    assert revision_hash(Content()) == "1a498b22f19485a91b06a30333955a2fed6974e4be27ee79419c0f3420b3f1c2"


@given(contents)
def test_cleaning_is_idempotent(content: Content) -> None:
    assert cleaned(cleaned(content)) == cleaned(content)


def test_cleaning() -> None:
    messy = replace(CLAUSE, title=" か\u3099 ", body="一\r\n二\r三\n")
    assert cleaned(Content((messy,))).clauses[0].title == "が"
    assert cleaned(Content((messy,))).clauses[0].body == "一\n二\n三"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": " "}, "title", "required"),
        ({"title": "あ" * (MAX_TITLE + 1)}, "title", "too_long"),
        ({"body": "あ" * (MAX_BODY + 1)}, "body", "too_long"),
        ({"body": "a\0b"}, "body", "control_character"),
        ({"title": "a\ud800"}, "title", "control_character"),
        ({"item": "unknown"}, "item", "unknown_item"),
        ({"id": ""}, "id", "malformed_id"),
        ({"id": "a b"}, "id", "malformed_id"),
        ({"body": "番号 12345678901" + check_digit("12345678901")}, "body", "personal_number"),
        ({"milestones": (Milestone("m", "", FY2026.last),)}, "milestones.0.title", "required"),
        ({"milestones": (Milestone("m", "a", date(2027, 4, 1)),)}, "milestones.0.due", "out_of_period"),
        ({"milestones": (Milestone("m", "a", FY2026.last),) * 2}, "milestones", "duplicate_id"),
    ],
)
def test_problems_name_their_place(change: dict[str, Any], field: str, code: str) -> None:
    assert found(replace(CLAUSE, **change)) == {(field, code)}


def test_a_draft_may_be_incomplete_but_not_wrong() -> None:
    assert found(replace(CLAUSE, title=""), complete=False) == set()
    assert found(replace(CLAUSE, item="unknown"), complete=False) == {("item", "unknown_item")}
    assert problems(Content(), item_keys=ITEMS, complete=False) == []
    assert problems(Content(), item_keys=ITEMS) == [Problem("", "clauses", ProblemCode.REQUIRED)]


def test_limits_on_numbers() -> None:
    many = tuple(replace(CLAUSE, id=f"c{n}") for n in range(MAX_CLAUSES + 1))
    assert Problem("", "clauses", ProblemCode.TOO_MANY) in problems(Content(many), item_keys=ITEMS)
    steps = tuple(Milestone(f"m{n}", "段階", FY2026.last) for n in range(MAX_MILESTONES + 1))
    assert found(replace(CLAUSE, milestones=steps)) == {("milestones", "too_many")}


def test_the_whole_has_a_limit_in_bytes() -> None:
    big = tuple(replace(CLAUSE, id=f"c{n}", body="市" * MAX_BODY) for n in range(40))
    assert problems(Content(big), item_keys=ITEMS) == [Problem("", "clauses", ProblemCode.TOO_LARGE)]


def test_clause_ids_are_unique() -> None:
    assert problems(Content((CLAUSE, CLAUSE)), item_keys=ITEMS) == [
        Problem("c1", "id", ProblemCode.DUPLICATE_ID)
    ]


@given(json_values)
def test_any_json_is_content_or_malformed(data: object) -> None:
    try:
        content = from_json(data)
    except MalformedContent as problem:
        assert isinstance(problem.args[0], str)
    else:
        assert from_json(to_json(content)) == content


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({"clauses": []}, "version"),
        ({"version": 2, "clauses": []}, "version"),
        ({"version": 1, "clauses": {}}, "clauses"),
        ({"version": 1, "clauses": [{"id": "a", "item": "b", "title": 1}]}, "clauses.0.title"),
        (
            {"version": 1, "clauses": [{"id": "a", "item": "b", "title": "c", "milestones": [{"due": "x"}]}]},
            "clauses.0.milestones.0.due",
        ),
    ],
)
def test_malformed_content_names_the_place(data: object, path: str) -> None:
    with pytest.raises(MalformedContent) as caught:
        from_json(data)
    assert caught.value.args == (path,)


@given(contents)
def test_any_content_can_be_checked(content: Content) -> None:
    assert isinstance(problems(content, item_keys=ITEMS, period=FY2026), list)


def test_new_ids_are_valid_and_differ() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(found(replace(CLAUSE, id=each)) == set() for each in ids)


def test_an_empty_object_is_an_empty_plan() -> None:
    assert from_json({}) == Content()
