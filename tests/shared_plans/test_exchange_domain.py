"""Laws of deciding, and the layout of a lineage."""

from hypothesis import given
from hypothesis import strategies as st

from shared_plans.domain.deciding import Answer, Choice, answers_from_json, answers_to_json, coming
from shared_plans.domain.lineage import Link, layout

from .test_merge_laws import same, three


def all_as(found, choice):
    return {str(one.place): Answer(choice, one.seen) for one in found.questions}


@given(three())
def test_keeping_everything_of_ours_changes_nothing(sides):
    base, ours, theirs = sides
    found = coming(base, ours, theirs)
    assert same(found.result(all_as(found, Choice.OURS)), ours)
    assert not found.undecided(all_as(found, Choice.OURS))


@given(three())
def test_who_changed_nothing_is_asked_nothing_and_gets_theirs(sides):
    base, _ours, theirs = sides
    found = coming(base, base, theirs)
    assert not found.undecided({})
    assert same(found.result({}), theirs)


@given(three())
def test_nothing_new_asks_nothing(sides):
    base, ours, _theirs = sides
    assert coming(base, ours, base).questions == ()


@given(three())
def test_places_are_asked_once_and_answers_survive_as_json(sides):
    found = coming(*sides)
    places = [str(one.place) for one in found.questions]
    assert len(places) == len(set(places))
    answers = all_as(found, Choice.THEIRS)
    assert answers_from_json(answers_to_json(answers)) == answers
    stale = {place: Answer(Choice.THEIRS, "another") for place in answers}
    assert found.undecided(stale) == [one for one in found.questions if one.reason]


class TestLayout:
    def test_sources_stand_before_their_adopters(self):
        spots = {one.plan: one for one in layout([Link("a", "b", 1), Link("b", "c", 2), Link("a", "c", 1)])}
        assert [spots[one].column for one in "abc"] == [0, 1, 2]

    def test_those_who_took_over_from_each_other_have_places_too(self):
        spots = layout([Link("a", "b", 1), Link("b", "a", 2), Link("b", "c", 1)])
        assert {one.plan for one in spots} == {"a", "b", "c"}

    @given(
        st.lists(
            st.builds(Link, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.just(1)), max_size=12
        )
    )
    def test_no_two_in_one_place(self, links):
        spots = layout([one for one in links if one.source != one.here], "a")
        assert len({(one.column, one.row) for one in spots}) == len(spots)
        assert len({one.plan for one in spots}) == len(spots)
