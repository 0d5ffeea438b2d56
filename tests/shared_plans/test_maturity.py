"""自己点検: the rules of the levels, then its pages."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consortium.reporting.models import Indicator, Observation
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.domain.document import from_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.maturity import (
    BY_KEY,
    LEVELS,
    QUESTIONS,
    Axis,
    Candidate,
    Fact,
    Own,
    begin_at,
    levels,
    next_questions,
    proposed,
    questions_of,
    starter,
    steps,
    weakest,
)
from shared_plans.models import MaturityCheck, Plan, PlanAdoption, PlanRevision
from tests.isolation.rows import as_owner

from .helpers import at

NOTHING = dict.fromkeys(BY_KEY, 0)


def test_every_axis_and_step_has_questions() -> None:
    assert all(len(questions_of(axis)) >= 4 for axis in Axis)
    assert [one.step for one in steps(NOTHING)] == [0, 1, 2, 3]
    assert len(BY_KEY) == len(QUESTIONS)


@pytest.mark.parametrize("level", LEVELS)
def test_an_axis_of_equal_answers_has_their_level(level: int) -> None:
    assert levels(dict.fromkeys(BY_KEY, level)) == dict.fromkeys(Axis, level)


def test_a_level_is_the_mean_cut_to_a_whole_one() -> None:
    answers = {**NOTHING, "commitment": 3, "headquarters": 3, "budget": 1}
    assert levels(answers)[Axis.ORGANISATION] == 1
    answers["decisions"] = 1
    assert levels(answers)[Axis.ORGANISATION] == 2


@pytest.mark.parametrize(
    "answers", [{}, {**NOTHING, "commitment": 4}, {**NOTHING, "other": 1}, {"commitment": 1}]
)
def test_incomplete_answers_have_no_level(answers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Every question"):
        levels(answers)


@pytest.mark.parametrize(
    ("value", "level"), [("0", 0), ("0.01", 1), ("19.99", 1), ("20", 2), ("59", 2), ("60", 3), ("100", 3)]
)
def test_a_known_figure_proposes_an_answer(value: str, level: int) -> None:
    found = proposed({Own.ONLINE_RATE: Fact(Decimal(value), "各団体の報告")})
    assert {key: one.level for key, one in found.items()} == {"online": level}
    assert found["online"].fact.source == "各団体の報告"


def test_what_a_plan_shows_counts_as_done_in_part() -> None:
    assert proposed({Own.PUBLISHED: Fact(Decimal(1), "")})["policy"].level == 2
    assert proposed({Own.STAFF: Fact(Decimal(0), "")})["staff"].level == 0


def test_where_to_begin() -> None:
    assert begin_at(NOTHING) == 0
    assert weakest(levels(NOTHING)) is Axis.ORGANISATION
    assert [one.step for one in next_questions(NOTHING)] == [0, 0, 1]
    first = {one.key: 2 for one in QUESTIONS if one.step == 0}
    assert begin_at({**NOTHING, **first}) == 1
    done = dict.fromkeys(BY_KEY, 3)
    assert begin_at(done) == 3 and next_questions(done) == []
    assert weakest({**levels(done), Axis.DATA: 1}) is Axis.DATA


def test_a_starter_plan_covers_the_items_before_it_doubles_one() -> None:
    given = [
        Candidate("a", ("front_yard",), 3, 40),
        Candidate("b", ("front_yard",), 3, 90),
        Candidate("c", ("front_yard",), 3, 10, measured=True),
        Candidate("d", ("telework",), None, 5),
    ]
    assert [one.key for one in starter(given)] == ["c", "d", "b"]
    assert [one.key for one in starter(given, per_item=1)] == ["c", "d"]
    assert [one.key for one in starter(given, most=1)] == ["c"]
    assert starter([]) == []


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_first_question_to_the_result(
    at_adopter: Client, at_editor: Client, takasaki: Municipality, maebashi: Municipality
) -> None:
    page, check = at(takasaki, "maturity"), at(takasaki, "check_maturity")
    assert "まだ点検していません" in at_adopter.get(page).content.decode()
    partly = at_adopter.post(check, {"commitment": "2"})
    assert partly.status_code == 422 and "選択してください" in partly.content.decode()
    answers = {**dict.fromkeys(BY_KEY, "1"), "commitment": "3", "training": "2"}
    assert at_adopter.post(check, answers).url == page
    shown = at_adopter.get(page)
    assert [one.level for one in shown.context["standings"]] == [1, 1, 1, 1]
    text = shown.content.decode()
    assert "<svg" in text and "推進体制 1/3, 人材 1/3" in text, "a picture, and the same in words"
    assert "三つの問いに答え" in text, "step 0 is done, step 1 is next"
    assert "まだ点検していません" in at_editor.get(at(maebashi, "maturity")).content.decode()
    with context.tenant(maebashi.pk):
        assert not MaturityCheck.visible.exists(), "nobody else sees it"


@pytest.mark.django_db
def test_what_is_known_is_filled_in_with_its_source(
    at_editor: Client, maebashi: Municipality, published: PlanRevision
) -> None:
    call_command("load_indicators", verbosity=0)
    with as_owner(municipality_id=maebashi.pk):
        for year, value in ((2024, 5), (2025, 34)):
            Observation(
                municipality=maebashi,
                indicator=Indicator.objects.get(key="online_application_rate"),
                fiscal_year=year,
                value=value,
                source="情報政策課調べ",
                recorded_at=timezone.now(),
                recorded_by="担当",
            ).save()
    form = at_editor.get(at(maebashi, "check_maturity")).context["form"]
    assert form["online"].value() == 2
    assert "オンライン申請率 令和7年度 情報政策課調べ" in form["online"].help_text
    assert form["policy"].value() == 2 and published.title in form["policy"].help_text
    assert form["commitment"].value() is None, "the published plan has none"


@pytest.mark.django_db
def test_who_may_check(
    client: Client,
    stranger: Any,
    at_approver: Client,
    client_for: Callable[..., Client],
    maebashi: Municipality,
) -> None:
    assert client.get(at(maebashi, "maturity")).status_code == 302
    assert client_for(stranger).get(at(maebashi, "maturity")).status_code == 404
    assert at_approver.get(at(maebashi, "maturity")).status_code == 200
    assert at_approver.get(at(maebashi, "check_maturity")).status_code == 403


@pytest.mark.django_db
def test_a_starter_plan_out_of_similar_plans(
    at_adopter: Client, takasaki: Municipality, published: PlanRevision
) -> None:
    home = at_adopter.get(f"/m/{takasaki.code}/").content.decode()
    assert at(takasaki, "maturity") in home, "an empty portal leads to the self-check"
    start = at(takasaki, "start_plan")
    shown = at_adopter.get(start)
    offered = [one for step in shown.context["steps"] for one in step.offers]
    assert [one.title for one in offered] == ["書かない窓口", "テレワークの定着"]
    head = {"title": "高崎市DX推進計画", "year_from": "2026", "year_to": "2028"}
    edit = at_adopter.post(start, {**head, "picks": [offered[0].key]}).url
    with context.tenant(takasaki.pk):
        plan = Plan.objects.get()
        document = from_json(plan.draft)
        assert edit == at(takasaki, "edit", plan=plan.pk)
        assert [one.text("title") for one in document.of(Kind.INITIATIVE)] == ["書かない窓口"]
        assert len(document.of(Kind.ANALYSIS)) == 3 and len(document.of(Kind.COMMITMENT)) == 1
        assert PlanAdoption.objects.get().source_revision_hash == published.hash
    assert at(takasaki, "maturity") not in at_adopter.get(f"/m/{takasaki.code}/").content.decode()


@pytest.mark.django_db
def test_a_source_withdrawn_meanwhile_leaves_nothing_behind(
    at_adopter: Client, takasaki: Municipality, maebashi: Municipality, published: PlanRevision
) -> None:
    start = at(takasaki, "start_plan")
    head = {"title": "高崎市DX推進計画", "year_from": "2026", "year_to": "2028"}
    with context.tenant(maebashi.pk):
        PlanRevision.objects.update(visibility="private")
    gone = at_adopter.post(start, {**head, "picks": [f"{published.pk}.clause-1"]})
    assert gone.status_code == 422
    assert at_adopter.post(start, {**head, "title": ""}).status_code == 422
    with context.tenant(takasaki.pk):
        assert not Plan.objects.exists()
