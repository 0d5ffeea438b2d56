"""A plan's document as JSON and as rules: round trips, one form for one content, and what is refused."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.my_number import check_digit
from shared_plans.domain.document import (
    Document,
    MalformedContent,
    canonical_json,
    cleaned,
    content_hash,
    from_json,
    made,
    new_id,
    row,
    to_json,
)
from shared_plans.domain.figures import Oversight, budget, needs, remarks
from shared_plans.domain.json_schema import document_schema
from shared_plans.domain.kinds import Kind
from shared_plans.domain.scaling import Rule, Size, proposals
from shared_plans.domain.validation import (
    MAX_CLAUSES,
    Period,
    ProblemCode,
    Rules,
    problems,
)

from .documents import KEYS, documents

RULES = Rules(items=KEYS, period=Period(2026, 2028))
MY_NUMBER = "12345678901" + str(check_digit("12345678901"))


@given(documents())
def test_json_round_trips(document: Document) -> None:
    data = to_json(document)
    jsonschema.validate(data, document_schema())
    assert from_json(json.loads(json.dumps(data))) == document
    assert cleaned(document) == document


@given(documents(), documents())
def test_equal_documents_and_no_others_have_one_hash(one: Document, other: Document) -> None:
    same = content_hash(to_json(one)) == content_hash(to_json(other))
    assert same == (to_json(one) == to_json(other))


def test_the_hash_does_not_depend_on_the_order_of_members() -> None:
    data = to_json(Document((made("c1", Kind.RISK, {"title": "遅れ", "impact": 2}),)))
    turned = {"clauses": [dict(reversed(data["clauses"][0].items()))], "version": 2}
    assert canonical_json(turned) == canonical_json(data)


def test_the_first_version_is_read() -> None:
    milestone = {"id": "m1", "title": "試行", "due": "2026-10-01"}
    old = {"id": "c1", "item": "front_yard", "title": "窓口", "body": "", "milestones": [milestone]}
    document = from_json({"version": 1, "clauses": [old]})
    values = {"title": "窓口", "items": ("front_yard",)}
    values |= {"milestones": (row("m1", {"title": "試行", "due": "2026-10-01"}),)}  # type: ignore[dict-item]
    assert document == Document((made("c1", Kind.INITIATIVE, values),))
    assert from_json({}) == Document()


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ""),
        ({"version": 3, "clauses": []}, "version"),
        ({"version": 2, "clauses": {}}, "clauses"),
        ({"version": 2, "clauses": [], "more": 1}, "more"),
        ({"version": 2, "clauses": ["x"]}, "clauses.0"),
        ({"version": 2, "clauses": [{"id": "a", "kind": "blocker"}]}, "clauses.0.kind"),
        ({"version": 2, "clauses": [{"id": 1, "kind": "risk"}]}, "clauses.0.id"),
        ({"version": 2, "clauses": [{"id": "a", "kind": "risk", "impact": "2"}]}, "clauses.0.impact"),
        ({"version": 2, "clauses": [{"id": "a", "kind": "risk", "impact": True}]}, "clauses.0.impact"),
        ({"version": 2, "clauses": [{"id": "a", "kind": "risk", "impact": 2**60}]}, "clauses.0.impact"),
        ({"version": 2, "clauses": [{"id": "a", "kind": "risk", "colour": "x"}]}, "clauses.0.colour"),
        (
            {"version": 2, "clauses": [{"id": "a", "kind": "kpi", "targets": [{"id": "t", "x": 1}]}]},
            "clauses.0.targets.0.x",
        ),
    ],
)
def test_another_shape_is_refused_at_its_place(data: Any, path: str) -> None:
    with pytest.raises(MalformedContent) as caught:
        from_json(data)
    assert str(caught.value) == path


@pytest.mark.parametrize(
    ("kind", "values", "field", "code"),
    [
        (Kind.RISK, {}, "title", ProblemCode.REQUIRED),
        (Kind.RISK, {"title": "あ" * 121}, "title", ProblemCode.TOO_LONG),
        (Kind.RISK, {"title": "a\x00b"}, "title", ProblemCode.CONTROL_CHARACTER),
        (Kind.RISK, {"title": "一行\n二行"}, "title", ProblemCode.CONTROL_CHARACTER),
        (Kind.RISK, {"title": MY_NUMBER}, "title", ProblemCode.PERSONAL_NUMBER),
        (Kind.RISK, {"title": "x", "impact": 4}, "impact", ProblemCode.OUT_OF_RANGE),
        (Kind.RISK, {"title": "x", "initiative": "gone"}, "initiative", ProblemCode.UNKNOWN_CLAUSE),
        (Kind.RISK, {"title": "x", "initiative": "one"}, "initiative", ProblemCode.UNKNOWN_CLAUSE),
        (Kind.INITIATIVE, {"title": "x", "items": ("none",)}, "items", ProblemCode.UNKNOWN_ITEM),
        (Kind.INITIATIVE, {"title": "x", "components": ("../x",)}, "components", ProblemCode.MALFORMED_KEY),
        (Kind.INITIATIVE, {"title": "x", "starts_on": "きょう"}, "starts_on", ProblemCode.NOT_A_DATE),
        (Kind.INITIATIVE, {"title": "x", "starts_on": "2029-04-01"}, "starts_on", ProblemCode.OUT_OF_PERIOD),
        (
            Kind.INITIATIVE,
            {"title": "x", "starts_on": "2027-04-01", "ends_on": "2027-03-31"},
            "ends_on",
            ProblemCode.IN_ORDER,
        ),
        (Kind.BUDGET, {"title": "x", "year": 2029}, "year", ProblemCode.OUT_OF_PERIOD),
        (Kind.BUDGET, {"title": "x", "year": 10_000}, "year", ProblemCode.OUT_OF_RANGE),
        (Kind.BUDGET, {"title": "x", "funding": "lottery"}, "funding", ProblemCode.UNKNOWN_CHOICE),
        (Kind.BUDGET, {"title": "x", "amount": -1}, "amount", ProblemCode.OUT_OF_RANGE),
        (Kind.PEOPLE, {"needed": "many"}, "needed", ProblemCode.NOT_A_NUMBER),
        (Kind.ANALYSIS, {"question": "own", "answer": "x"}, "title", ProblemCode.REQUIRED),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    kind: Kind, values: dict[str, Any], field: str, code: ProblemCode
) -> None:
    found = problems(Document((made("one", kind, values),)), RULES)
    assert (f"one.{field}", code) in {(str(one.place), one.code) for one in found}


def test_rows_and_ids() -> None:
    rows = (row("t", {"year": 2026, "value": "x"}), row("t", {"year": 2027}))
    document = Document((made("a b", Kind.KPI, {"targets": rows}), made("a b", Kind.KPI, {})))
    found = {(str(one.place), one.code) for one in problems(document, RULES)}
    assert found >= {
        ("a b", ProblemCode.MALFORMED_ID),
        ("a b", ProblemCode.DUPLICATE_ID),
        ("a b.targets.t", ProblemCode.DUPLICATE_ID),
        ("a b.targets.t.value", ProblemCode.NOT_A_NUMBER),
        ("a b.targets.t.value", ProblemCode.REQUIRED),
        ("None", ProblemCode.REQUIRED),
    }


def test_a_draft_may_lack_what_a_decision_needs() -> None:
    draft = Rules(items=KEYS, period=RULES.period, complete=False)
    assert problems(Document((made("one", Kind.INITIATIVE, {}),)), draft) == []
    assert problems(Document(), draft) == []


def test_too_many_clauses() -> None:
    document = Document(tuple(made(new_id(), Kind.RISK, {"title": "x"}) for _ in range(MAX_CLAUSES + 1)))
    assert [one.code for one in problems(document, RULES) if one.place is None] == [
        ProblemCode.REQUIRED,
        ProblemCode.TOO_MANY,
    ]


@given(st.text(max_size=30))
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    once = cleaned(Document((made("one", Kind.RISK, {"title": text}),)))
    assert cleaned(once) == once


WINDOW = made("win", Kind.INITIATIVE, {"title": "窓口", "items": ("front_yard",)})
LINES = (
    made(
        "b1",
        Kind.BUDGET,
        {
            "title": "構築",
            "initiative": "win",
            "year": 2026,
            "amount": 3_000_500,
            "cost": "development",
            "funding": "own_funds",
        },
    ),
    made("b2", Kind.BUDGET, {"title": "運用", "year": 2027, "amount": 999, "funding": "pfi"}),
)
TEAM = made(
    "p1",
    Kind.PEOPLE,
    {
        "role": "negotiation",
        "year": 2026,
        "needed": "1.5",
        "staffed": (row("r", {"source": "own", "fte": "1"}),),
    },
)


def test_sums_and_gaps() -> None:
    sums = budget(Document((WINDOW, *LINES)))
    assert (sums.by_year, sums.by_funding, sums.total) == (
        {2026: 3_000_500, 2027: 999},
        {"own_funds": 3_000_500, "pfi": 999},
        3_001_499,
    )
    (need,) = needs(Document((TEAM,)))
    assert str(need.gap) == "0.5"


def test_oversights_are_told() -> None:
    kpi = {
        "title": "満足度",
        "direction": "up",
        "baseline": "80",
        "targets": (row("t", {"year": 2028, "value": "70"}),),
    }
    document = Document((WINDOW, *LINES, TEAM, made("k", Kind.KPI, kpi)))
    found = {(str(one.place), one.warning) for one in remarks(document, Period(2026, 2028))}
    assert found >= {
        ("None", Oversight.NO_ANALYSIS),
        ("None", Oversight.YEAR_WITHOUT_BUDGET),
        ("win.title", Oversight.NO_KPI),
        ("win.milestones", Oversight.NO_MILESTONE),
        ("p1.staffed", Oversight.UNSTAFFED),
        ("k.targets", Oversight.TARGET_AGAINST_DIRECTION),
    }
    assert ("win.title", Oversight.NO_BUDGET) not in found


def test_figures_follow_the_size_of_the_municipality() -> None:
    kpis = (
        made("k1", Kind.KPI, {"measure": "世帯", "targets": (row("t", {"year": 2027, "value": "500"}),)}),
        made("k2", Kind.KPI, {"measure": "%", "targets": (row("t", {"year": 2027, "value": "60"}),)}),
    )
    document = Document((LINES[0], TEAM, *kpis))
    found = proposals(document, source=Size(300_000, 100_000), own=Size(100_000, 50_000))
    assert {(str(one.place), one.rule, one.here) for one in found} == {
        ("b1.amount", Rule.POPULATION, 1_000_000),
        ("p1.needed", Rule.POPULATION, "0.5"),
        ("k1.targets.t.value", Rule.HOUSEHOLDS, "250"),
    }
    assert proposals(document, source=Size(1, 1), own=Size(1, 1)) == [
        one for one in proposals(document, source=Size(1, 1), own=Size(1, 1)) if one.here != one.there
    ]
