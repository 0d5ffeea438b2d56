import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.my_number import check_digit, contains_my_number, is_my_number

BODY = "12345678901"  # invented: no number is ever stored, in tests neither
NUMBER = BODY + check_digit(BODY)
bodies = st.text("0123456789", min_size=11, max_size=11)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def grouped(number: str, separator: str) -> str:
    return separator.join((number[:4], number[4:8], number[8:]))


def test_check_digit_by_hand() -> None:
    # 1*2+0*3+9*4+8*5+7*6+6*7+5*2+4*3+3*4+2*5+1*6 = 212; 212 mod 11 = 3; 11 - 3 = 8
    assert check_digit(BODY) == "8"
    assert check_digit("00000000000") == "0"
    assert check_digit("00000000006") == "0"  # 12 mod 11 = 1


@pytest.mark.parametrize(
    "separator", ["", " ", "-", "　", "－", "‐", "–", "ー", "ｰ", " - ", "\u00a0", "\t", "\u200b"]
)
def test_found_in_groups(separator: str) -> None:
    assert contains_my_number(f"番号は{grouped(NUMBER, separator)}です")


@pytest.mark.parametrize(
    "text",
    [
        NUMBER.translate(FULL_WIDTH),
        grouped(NUMBER, "－").translate(FULL_WIDTH),
        f"マイナンバー:{NUMBER}",
        f"ID{NUMBER}",
        f"2026-04-01 {grouped(NUMBER, '-')}",
        f"2026-04-01 {NUMBER}",
        f"3 {grouped(NUMBER, '-')} 5",
        f"{NUMBER[:4]}-{NUMBER[4:8]} {NUMBER[8:]}",
        f"{NUMBER[:3]}-{NUMBER[3:6]}-{NUMBER[6:]}",
        " ".join(NUMBER),
        f"first\n{NUMBER}\nlast",
        "١٢٣٤٥٦٧٨٩٠١٨",
    ],
)
def test_found_in_text(text: str) -> None:
    assert contains_my_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "前橋市 102016",
        BODY + "9",
        "1" + NUMBER,
        NUMBER + "1",
        grouped(NUMBER, "-") + "-3456",
        "9999 " + grouped(NUMBER, " "),
        NUMBER[:6] + "," + NUMBER[6:],
        NUMBER[:6] + "\n" + NUMBER[6:],
        f"c0ffee{NUMBER}beef",
        "027-898-1234",
        "2026-04-01T09:00:00+09:00",
    ],
)
def test_not_found(text: str) -> None:
    assert not contains_my_number(text)


@given(bodies, st.sampled_from(["", " ", "-", "　"]))
def test_every_number_is_found(body: str, separator: str) -> None:
    assert contains_my_number(grouped(body + check_digit(body), separator))


@given(bodies, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_not_a_number_unless_its_remainder_folds(
    body: str, place: int, shift: int
) -> None:
    """The official digit maps remainders 0 and 1 both to 0, so only those two can be confused."""
    changed = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    number = changed + check_digit(body)
    assert is_my_number(number) == (check_digit(changed) == check_digit(body))
    if is_my_number(number):
        assert number[-1] == "0"


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert contains_my_number(text) in {True, False}


@given(st.text("-. /,年月日"))
def test_text_without_digits_holds_none(text: str) -> None:
    assert not contains_my_number(text)
