"""The laws of `shared_plans.domain.merge`, of comparison and of taking over a part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_plans.domain.compare import changes, picked
from shared_plans.domain.document import Document, made, row
from shared_plans.domain.kinds import Kind
from shared_plans.domain.merge import Conflict, Reason, Side, merge
from shared_plans.domain.paths import Place, held

from .documents import IDS, documents, edited


@st.composite
def three(draw: st.DrawFn) -> tuple[Document, Document, Document]:
    """A base and what two did to it."""
    base = draw(documents())
    return base, draw(edited(base)), draw(edited(base))


def content(document: Document) -> dict[str, object]:
    """A document without its order, of clauses and of rows."""
    return {
        clause.id: (
            clause.kind,
            {
                key: {one.id: one for one in rows} if (rows := clause.rows(key)) else value
                for key, value in clause.values.items()
            },
        )
        for clause in document.clauses
    }


def same(one: Document, other: Document) -> bool:
    return content(one) == content(other)


def swapped(conflict: Conflict) -> Conflict:
    return Conflict(conflict.place, conflict.reason, conflict.base, conflict.theirs, conflict.ours)


@given(documents(), documents())
def test_who_changed_nothing_gets_what_the_other_did(base: Document, changed: Document) -> None:
    assert same(merge(base, base, changed).document, changed)
    assert same(merge(base, changed, base).document, changed)
    assert merge(base, base, changed).is_clean
    assert merge(base, changed, base).is_clean


@given(documents(), documents())
def test_the_same_edit_by_both_is_no_conflict(base: Document, changed: Document) -> None:
    merged = merge(base, changed, changed)
    assert same(merged.document, changed)
    assert merged.is_clean


@given(three())
def test_swapping_the_sides_swaps_the_conflicts(given_three: tuple[Document, Document, Document]) -> None:
    base, ours, theirs = given_three
    there, back = merge(base, ours, theirs), merge(base, theirs, ours)
    assert sorted(map(str, (one.place for one in there.conflicts))) == sorted(
        map(str, (one.place for one in back.conflicts))
    )
    for conflict in there.conflicts:
        assert swapped(conflict) in back.conflicts
    if there.is_clean:
        assert same(there.document, back.document)


@given(three())
def test_no_edit_is_lost(given_three: tuple[Document, Document, Document]) -> None:
    """Each place that a side changed reads as that side left it, or a conflict holds what the side said."""
    base, ours, theirs = given_three
    merged = merge(base, ours, theirs)
    for side, edited_one in ((Side.OURS, ours), (Side.THEIRS, theirs)):
        for change in changes(base, edited_one):
            known = [one for one in merged.conflicts if one.place.holds(change.place)]
            inner = [one for one in merged.conflicts if change.place.holds(one.place)]
            if known or inner:
                for conflict in (*known, *inner):
                    assert conflict.side(side) == held(edited_one, conflict.place)
            else:
                assert _kept(merged.document, edited_one, change.place)


def _kept(merged: Document, side: Document, place: Place) -> bool:
    """Of keys without order the other side may have changed others; a new clause or row may have grown."""
    found, said = held(merged, place), held(side, place)
    if isinstance(found, tuple) or isinstance(said, tuple) or (not place.row_field and found is not None):
        return True
    return found == said


@given(three(), st.data())
def test_a_decided_merge_is_done(
    given_three: tuple[Document, Document, Document], data: st.DataObject
) -> None:
    base, ours, theirs = given_three
    merged = merge(base, ours, theirs)
    sides = {one.place: data.draw(st.sampled_from(Side)) for one in merged.conflicts}
    decided = merged.decided({one.place: one.side(sides[one.place]) for one in merged.conflicts})
    for conflict in merged.conflicts:
        assert held(decided, conflict.place) == conflict.side(sides[conflict.place])
    again = merge(theirs, decided, theirs)
    assert again.is_clean
    assert same(again.document, decided)


@given(three())
def test_merging_twice_changes_nothing(given_three: tuple[Document, Document, Document]) -> None:
    base, ours, theirs = given_three
    once = merge(base, ours, theirs)
    if once.is_clean:
        twice = merge(base, once.document, theirs)
        assert twice.is_clean
        assert same(twice.document, once.document)


@given(documents(), st.data())
def test_disjoint_edits_merge_in_any_order(base: Document, data: st.DataObject) -> None:
    first = data.draw(edited(base, IDS[:3]))
    second = data.draw(edited(base, IDS[3:]))
    ours = data.draw(st.just(base))
    one = merge(base, merge(base, ours, first).document, second)
    other = merge(base, merge(base, ours, second).document, first)
    assert {str(conflict.reason) for conflict in one.conflicts} <= {Reason.NEEDED}
    if one.is_clean and other.is_clean:
        assert same(one.document, other.document)


@given(documents(), documents())
def test_all_changes_together_make_the_other_document(before: Document, after: Document) -> None:
    places = [change.place for change in changes(before, after)]
    assert same(picked(before, after, places), after)
    assert same(picked(before, after, []), before)
    assert not changes(after, after)


@given(three())
def test_every_change_is_taken_over_alone(given_three: tuple[Document, Document, Document]) -> None:
    before, after, _theirs = given_three
    for change in changes(before, after):
        part = picked(before, after, [change.place])
        assert [one.place for one in changes(before, part)] == [change.place]


@given(three())
def test_no_clause_is_lost_that_another_refers_to(
    given_three: tuple[Document, Document, Document],
) -> None:
    """Unless the side that took it away went on referring to it."""
    base, ours, theirs = given_three
    merged = merge(base, ours, theirs).document
    for clause in merged.clauses:
        target = clause.text("initiative")
        referring = [side for side in (ours, theirs) if _refers(side, clause.id, target)]
        if len(referring) == 1 and referring[0].clause(target):
            assert merged.clause(target)


def _refers(side: Document, clause_id: str, target: str) -> bool:
    clause = side.clause(clause_id)
    return bool(target and clause and clause.text("initiative") == target)


BASE = Document(
    (
        made("win", Kind.INITIATIVE, {"title": "書かない窓口", "items": ("front_yard",)}),
        made("line", Kind.BUDGET, {"title": "機器", "amount": 1_000, "initiative": "win"}),
    )
)


def _with(clause_id: str, **values: object) -> Document:
    clause = BASE.clause(clause_id)
    assert clause
    return BASE.with_clause(made(clause.id, clause.kind, {**clause.values, **values}))  # type: ignore[dict-item]


def test_two_fields_of_one_clause_are_no_conflict() -> None:
    merged = merge(BASE, _with("win", unit="市民課"), _with("win", body="令和9年度に広げる。"))
    assert merged.is_clean
    clause = merged.document.clause("win")
    assert clause
    assert (clause.text("unit"), clause.text("body")) == ("市民課", "令和9年度に広げる。")


def test_one_field_changed_twice_is_one_conflict_with_both_texts() -> None:
    merged = merge(BASE, _with("line", amount=2_000), _with("line", amount=3_000))
    (conflict,) = merged.conflicts
    assert (str(conflict.place), conflict.base, conflict.ours, conflict.theirs) == (
        "line.amount",
        1_000,
        2_000,
        3_000,
    )
    decided = merged.decided({conflict.place: 2_500}).clause("line")
    assert decided
    assert decided.number("amount") == 2_500


def test_what_one_took_away_and_the_other_changed_stays_until_decided() -> None:
    merged = merge(BASE, BASE.without("line"), _with("line", amount=3_000))
    (conflict,) = merged.conflicts
    assert conflict.reason is Reason.TAKEN_AWAY
    assert merged.document.clause("line")
    assert merged.decided({conflict.place: None}).clause("line") is None


def test_an_initiative_that_the_other_gave_a_budget_stays_until_decided() -> None:
    ours = Document()
    theirs = BASE.with_clause(made("more", Kind.BUDGET, {"title": "保守", "amount": 5, "initiative": "win"}))
    merged = merge(BASE, ours, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.place, conflict.reason) == (Place("win"), Reason.NEEDED)
    assert [clause.id for clause in merged.document.clauses] == ["win", "more"]


def test_additions_stand_where_they_stood() -> None:
    ours = Document((*BASE.clauses, made("own", Kind.RISK, {"title": "遅れ"})))
    first = made("first", Kind.COMMITMENT, {"statement": "市長が先頭に立つ。"})
    merged = merge(BASE, ours, Document((first, *BASE.clauses))).document
    assert [clause.id for clause in merged.clauses] == ["first", "win", "line", "own"]


def test_rows_merge_one_by_one() -> None:
    start = _with("win", milestones=(row("m1", {"title": "試行", "due": "2026-10-01"}),))
    ours = start.with_clause(
        made(
            "win",
            Kind.INITIATIVE,
            {
                "title": "書かない窓口",
                "items": ("front_yard",),
                "milestones": (
                    row("m1", {"title": "試行", "due": "2026-11-01"}),
                    row("m2", {"title": "全窓口", "due": "2027-04-01"}),
                ),
            },
        )
    )
    theirs = start.with_clause(
        made(
            "win",
            Kind.INITIATIVE,
            {
                "title": "書かない窓口",
                "items": ("front_yard",),
                "milestones": (row("m1", {"title": "試行開始", "due": "2026-10-01"}),),
            },
        )
    )
    merged = merge(start, ours, theirs)
    clause = merged.document.clause("win")
    assert merged.is_clean
    assert clause
    assert clause.rows("milestones") == (
        row("m1", {"title": "試行開始", "due": "2026-11-01"}),
        row("m2", {"title": "全窓口", "due": "2027-04-01"}),
    )


@pytest.mark.parametrize("text", ["", "a.", "a..b", "a.b.c.d.e"])
def test_a_place_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError):
        Place.parsed(text)


@given(documents())
def test_a_place_is_read_as_it_was_written(document: Document) -> None:
    for change in changes(Document(), document):
        assert Place.parsed(str(change.place)) == change.place
