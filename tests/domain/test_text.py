import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.text import bigrams, csv_cell, csv_text, hiragana, kana_sort_key, search_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤＸ推進", "dx推進"),
        ("マエバシ", "まえばし"),
        ("ﾏｴﾊﾞｼ", "まえばし"),
        ("ｶﾞﾋﾞ", "がび"),
        ("鰺ヶ沢", "鰺ケ沢"),
        ("  前橋　市 ", "前橋 市"),
        ("㍿", "株式会社"),
    ],
)
def test_search_keys_agree(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_voiced_and_unvoiced_kana_stay_apart() -> None:
    assert search_key("はは") != search_key("ばば")


@given(st.text())
def test_search_key_is_idempotent(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


def test_kana_order() -> None:
    names = ["んだ", "がっき", "カー", "かき", "ガキ", "かあ", "はは", "ばば", "ぱぱ", "がつき", "ひ"]
    expected = ["かあ", "カー", "かき", "ガキ", "がっき", "がつき", "はは", "ばば", "ぱぱ", "ひ", "んだ"]
    assert sorted(names, key=kana_sort_key) == expected


def test_long_mark_without_a_vowel_before_it_stands_for_itself() -> None:
    assert kana_sort_key("ー")[0] == "ー"


def test_half_width_voiced_marks_compose() -> None:
    assert hiragana("ﾏｴﾊﾞｼｼ") == "まえばしし"


@pytest.mark.parametrize(
    ("text", "expected"), [("", ()), ("市", ("市",)), ("前橋 市", ("前橋", "橋市")), ("ああああ", ("ああ",))]
)
def test_bigrams(text: str, expected: tuple[str, ...]) -> None:
    assert bigrams(text) == expected


@given(st.text(), st.text(), st.text())
def test_bigrams_of_a_part_are_bigrams_of_the_whole(before: str, part: str, after: str) -> None:
    key = search_key(part).replace(" ", "")
    whole = search_key(before).replace(" ", "") + key + search_key(after).replace(" ", "")
    if len(key) > 1:
        assert set(bigrams(part)) <= {whole[i : i + 2] for i in range(len(whole) - 1)}


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠SUM", "﹦1", "−1",
    "\t=1", "\r=1", "\n=1", " =1", "　＝1", "\ufeff=1", "\tx",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_defused(text: str) -> None:
    assert csv_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "前橋市", "a=b", "102016", "令和8年度", "'22年", " 前橋"])
def test_plain_cells_stay(text: str) -> None:
    assert csv_cell(text) == text


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    assert csv_cell(text)[:1] not in set("=+-@\t\r\n＝＋－＠")


@given(st.text(st.sampled_from("'=+ａ前\t")) | st.text())
def test_a_defused_text_comes_back(text: str) -> None:
    assert csv_text(csv_cell(text)) == text
