"""The five cases of the article as plan files, held against the rules; the demo reads them in."""

import json
from pathlib import Path

import jsonschema
import pytest

from deploy.demo.journey.planning import CASES
from shared_plans.domain.document import Document, made
from shared_plans.domain.kinds import Kind
from shared_plans.domain.plan_file import file_schema, from_text, to_text
from shared_plans.domain.validation import Period, ProblemCode, Rules, problems
from shared_plans.exchange import reading, workbook
from shared_plans.management.commands.load_framework import EDITIONS

CITIES = ["fujieda", "fukuroi", "maebashi", "yaizu", "yokohama"]
ITEMS = {
    item.key: item.title_ja for edition in EDITIONS if edition.key == "current" for item in edition.items
}


def test_there_are_five() -> None:
    assert [path.stem for path in CASES] == CITIES


@pytest.mark.parametrize("path", CASES, ids=CITIES)
def test_complete_by_the_schema_and_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), file_schema("https://consortium.example/plan.json"))
    plan = from_text(text)
    assert problems(plan.content, Rules(ITEMS, Period(plan.year_from, plan.year_to))) == []
    assert "架空のデモデータ" in plan.title


@pytest.mark.parametrize("path", CASES, ids=CITIES)
def test_every_answer_has_its_source(path: Path) -> None:
    answers = from_text(path.read_text(encoding="utf-8")).content.of(Kind.ANALYSIS)
    assert answers
    assert all(answer.rows("evidence") for answer in answers)
    assert all(row.values["source"] for answer in answers for row in answer.rows("evidence"))


@pytest.mark.parametrize("path", CASES, ids=CITIES)
def test_the_same_after_json_and_after_a_spreadsheet(path: Path) -> None:
    plan = from_text(path.read_text(encoding="utf-8"))
    assert from_text(to_text(plan)) == plan
    found = reading.read(workbook.write(plan, ITEMS), {key: [name] for key, name in ITEMS.items()})
    assert found.faults == []
    assert found.plan
    assert found.plan.content.by_id() == plan.content.by_id()


@pytest.mark.parametrize(("step", "asked"), [(None, True), (0, False), (2, False), (3, True)])
def test_only_what_prepares_goes_without_a_national_item(step: int | None, asked: bool) -> None:
    """推進体制の整備 is a step of 全体手順書 and none of the national items."""
    clause = made("one", Kind.INITIATIVE, {"title": "体制", "step": step})
    found = [problem.code for problem in problems(Document((clause,)), Rules(["security"]))]
    assert found == ([ProblemCode.REQUIRED] if asked else [])
