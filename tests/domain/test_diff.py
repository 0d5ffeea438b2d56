import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.diff import compare, compare_clauses, words

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("計画予算額を策定する。、\nデータ12,000円AI葛\U000e0100"), st.characters()
    )
)
CLAUSES = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(TEXT, TEXT))


def marked(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.change].format(piece.text) for piece in compare(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", ""),
        ("計画を定める。", "計画を定める。", "計画を定める。"),
        ("", "計画", "[+計画+]"),
        ("予算は1,000円とする。", "予算は12,000円とする。", "予算は[-1,000-][+12,000+]円とする。"),
        (
            "窓口で申請を受け付ける。",
            "窓口でオンライン申請を受け付ける。",
            "窓口で[+オンライン+]申請を受け付ける。",
        ),
        ("バスを運行する。", "デマンドバスを運行する。", "[-バス-][+デマンドバス+]を運行する。"),
    ],
)
def test_changes_are_words(old: str, new: str, shown: str):
    assert marked(old, new) == shown


def test_a_character_with_its_variant_is_one():
    assert words("葛\U000e0100城市") == ["葛\U000e0100", "城", "市"]


@given(TEXT)
def test_words_join_to_the_text(text: str):
    assert "".join(words(text)) == text


@given(TEXT, TEXT)
def test_both_texts_can_be_read_out_of_the_pieces(old: str, new: str):
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
    assert all(piece.text for piece in pieces)


@given(TEXT)
def test_nothing_changed(text: str):
    assert all(piece.change == "same" for piece in compare(text, text))


@given(CLAUSES, CLAUSES)
def test_every_clause_of_both_sides_once_and_new_ones_in_order(old: dict, new: dict):
    found = compare_clauses(old, new)
    assert sorted(clause.id for clause in found) == sorted({*old, *new})
    assert [clause.id for clause in found if clause.change != "removed"] == list(new)
    for clause in found:
        assert (clause.change == "same") == (old.get(clause.id) == new.get(clause.id))


def test_a_removed_clause_stands_where_it_stood():
    old = {key: (key, "") for key in "abc"}
    new = {key: (key, "") for key in "xac"}
    assert [clause.id for clause in compare_clauses(old, new)] == ["x", "a", "b", "c"]
