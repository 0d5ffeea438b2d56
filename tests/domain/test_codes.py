from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.codes import BadCheckDigit, CodeError, MalformedCode, MunicipalityCode, check_digit

bodies = st.text("0123456789", min_size=5, max_size=5)


@pytest.mark.parametrize(
    "code",
    # Maebashi, Takasaki, Sapporo, Yokohama, Chiyoda, Gunma; the last two have a sum below eleven
    ["102016", "102024", "011002", "141003", "131016", "100005", "010006", "000019"],
)
def test_known_codes_are_valid(code: str) -> None:
    assert MunicipalityCode(code).value == code


@given(bodies)
def test_check_digit_follows_the_official_two_branches(body: str) -> None:
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), body, strict=True))
    official = (11 - total) % 10 if total < 11 else int(str(11 - total % 11)[-1])
    assert check_digit(body) == str(official)


@given(bodies, st.integers(1, 9))
def test_any_other_check_digit_is_refused(body: str, shift: int) -> None:
    wrong = str((int(check_digit(body)) + shift) % 10)
    with pytest.raises(BadCheckDigit):
        MunicipalityCode(body + wrong)


@pytest.mark.parametrize(
    "text", ["", "10201", "1020160", "10201a", "一〇二〇一六", "①02016", "10 2016", "-02016", "102016\0"]
)
def test_anything_but_six_digits_is_malformed(text: str) -> None:
    with pytest.raises(MalformedCode):
        MunicipalityCode.parse(text)


@pytest.mark.parametrize("text", ["102016", "１０２０１６", " 102016\n", "　10２０16"])
def test_parse_reads_what_people_type(text: str) -> None:
    assert MunicipalityCode.parse(text) == MunicipalityCode("102016")


@given(st.text())
def test_parse_gives_a_code_or_a_code_error(text: str) -> None:
    with suppress(CodeError):
        assert MunicipalityCode.parse(text).value.isascii()


def test_parts() -> None:
    maebashi = MunicipalityCode.from_body("10201")
    assert (str(maebashi), maebashi.body, maebashi.prefecture) == ("102016", "10201", "10")
    assert not maebashi.is_prefecture
    assert MunicipalityCode("100005").is_prefecture


def test_check_digit_takes_five_digits_only() -> None:
    with pytest.raises(MalformedCode):
        check_digit("1020")
