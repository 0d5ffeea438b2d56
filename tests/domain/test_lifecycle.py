import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_plans.domain.lifecycle import RULES, Refusal, Status, Step, after, open_steps, refusal

people = st.sampled_from("abc")
groups = st.sets(people)
steps = st.sampled_from(Step)
statuses = st.sampled_from(Status)


def test_every_step_has_a_rule_and_every_status_a_way_on() -> None:
    assert set(RULES) == set(Step)
    assert {rule.source for rule in RULES.values()} == set(Status)


@pytest.mark.parametrize(
    ("step", "status", "by", "reason", "expected"),
    [
        (Step.SUBMIT, Status.DRAFT, "author", "", None),
        (Step.SUBMIT, Status.IN_REVIEW, "author", "", Refusal.WRONG_STATUS),
        (Step.EDIT, Status.IN_REVIEW, "author", "", Refusal.WRONG_STATUS),
        (Step.EDIT, Status.PUBLISHED, "author", "", Refusal.WRONG_STATUS),
        (Step.PUBLISH, Status.IN_REVIEW, "other", "", None),
        (Step.PUBLISH, Status.IN_REVIEW, "author", "", Refusal.FOUR_EYES),
        (Step.PUBLISH, Status.DRAFT, "other", "", Refusal.WRONG_STATUS),
        (Step.RETURN, Status.IN_REVIEW, "other", " ", Refusal.REASON_REQUIRED),
        (Step.RETURN, Status.IN_REVIEW, "other", "根拠が足りない", None),
        (Step.RETURN, Status.IN_REVIEW, "author", "x", Refusal.FOUR_EYES),
        (Step.WITHDRAW, Status.IN_REVIEW, "author", "", None),
        (Step.WITHDRAW, Status.IN_REVIEW, "other", "", Refusal.AUTHORS_ONLY),
        (Step.REVISE, Status.PUBLISHED, "other", "新しい版", None),
        (Step.REVISE, Status.PUBLISHED, "other", "", Refusal.REASON_REQUIRED),
    ],
)
def test_steps(step: Step, status: Status, by: str, reason: str, expected: Refusal | None) -> None:
    assert refusal(step, status, by=by, authors={"author"}, reason=reason) == expected


@given(statuses, people, groups)
def test_nobody_publishes_what_she_wrote(status: Status, by: str, authors: set[str]) -> None:
    if by in authors:
        assert Step.PUBLISH not in open_steps(status, by=by, authors=authors)


@given(st.lists(st.tuples(steps, people)))
def test_whatever_is_tried_only_others_work_gets_published(deeds: list[tuple[Step, str]]) -> None:
    status, authors = Status.DRAFT, {"a"}
    for step, by in deeds:
        if refusal(step, status, by=by, authors=authors, reason="r") is None:
            if step is Step.PUBLISH:
                assert by not in authors
            if step in {Step.EDIT, Step.SUBMIT}:
                authors |= {by}
            status = after(step)


@given(statuses, people, groups)
def test_something_is_always_open_to_somebody(status: Status, by: str, authors: set[str]) -> None:
    assert open_steps(status, by=by, authors=authors)
