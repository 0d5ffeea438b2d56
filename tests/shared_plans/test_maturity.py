"""自己点検: the rules of the levels, then its pages."""

from decimal import Decimal

import pytest

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
