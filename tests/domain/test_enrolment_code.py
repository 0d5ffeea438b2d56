import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.enrolment_code import (
    ALPHABET,
    LENGTH,
    MalformedEnrolmentCode,
    code_hash,
    grouped,
    new_code,
    parse,
)

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
FULL_WIDTH = {ord(char): ord(char) + 0xFEE0 for char in ALPHABET + ALPHABET.lower()}


def test_at_least_eighty_bits() -> None:
    assert len(set(ALPHABET)) ** LENGTH >= 2**80
    assert math.log2(len(ALPHABET)) == 5


@given(codes, st.sampled_from(["-", " ", "", "　", "－", " - ", "\n"]))
def test_any_way_of_typing_reads_the_same(code: str, separator: str) -> None:
    typed = grouped(code).replace("-", separator)
    assert parse(typed) == code
    assert parse(typed.lower()) == code
    assert parse(typed.translate(FULL_WIDTH)) == code
    assert parse(typed.replace("0", "O").replace("1", "l")) == code
    assert parse(typed.replace("0", "o").replace("1", "I")) == code


def test_printed_form() -> None:
    assert grouped("0123456789ABCDEF") == "0123-4567-89AB-CDEF"


@pytest.mark.parametrize(
    "text", ["", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEF0", "U123-4567-89AB-CDEF", "あ" * 16]
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEnrolmentCode) as caught:
        parse(text)
    assert not caught.value.args


@given(st.text())
def test_every_text_is_answered(text: str) -> None:
    with suppress(MalformedEnrolmentCode):
        assert len(parse(text)) == LENGTH


def test_fresh_codes_are_canonical_and_differ() -> None:
    fresh = [new_code() for _ in range(1000)]
    assert all(parse(code) == code for code in fresh)
    assert len(set(fresh)) == len(fresh)


@given(codes, codes)
def test_hashes_tell_codes_apart(one: str, other: str) -> None:
    assert len(code_hash(one)) == 64
    assert (code_hash(one) == code_hash(other)) == (one == other)
