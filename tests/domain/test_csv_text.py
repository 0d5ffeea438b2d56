"""CSV as bytes: what is written is read back, and any bytes are read or refused."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.csv_text import (
    CP932,
    DELIMITERS,
    ENCODINGS,
    UTF8,
    UTF16,
    Fault,
    NotCsv,
    decode,
    guess_delimiter,
    guess_encoding,
    missing,
    parse,
    write,
)

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.text("\",\t;\r\n'=あ前")
rows = st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4)


@given(rows, st.sampled_from([UTF8, CP932]))
def test_round_trip(table: list[list[str]], encoding: str) -> None:
    if missing(table, encoding):
        return
    data = write(table, encoding)
    assert list(parse(decode(data, encoding).removeprefix("\ufeff"))) == table


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_missing_tells_exactly_what_cannot_be_encoded(text: str) -> None:
    told = {one.character for one in missing([["前", text]], CP932)}
    kept = "".join(character for character in text if character not in told)
    assert decode(kept.encode(CP932), CP932).encode(CP932) == kept.encode(CP932)
    assert all(one.column == 2 for one in missing([["前", text]], CP932))
    assert missing([[text]], UTF8) == []


def test_where_a_character_is_missing() -> None:
    (one,) = missing([["名称"], ["前橋"], ["𠮷田𠮷"]], CP932)
    assert (one.row, one.column, one.character, one.code_point) == (3, 1, "𠮷", "U+20BB7")


@pytest.mark.parametrize("character", ["〜", "−", "髙\ufe00", "\xa0", "é"])
def test_look_alikes_are_not_replaced(character: str) -> None:
    assert missing([[character]], CP932)


@pytest.mark.parametrize("character", ["～", "－", "髙", "﨑", "①", "㈱", "\ue000"])
def test_what_windows_knows_fits(character: str) -> None:
    assert missing([[character]], CP932) == []


def test_writing_has_a_mark_and_crlf() -> None:
    assert write([["a", "b"]]) == codecs.BOM_UTF8 + b"a,b\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("前橋市,1".encode(), UTF8),
        ("前橋市,1".encode("utf-8-sig"), UTF8),
        ("前橋市,1".encode("cp932"), CP932),
        ("前橋市,1".encode("utf-16"), UTF16),
        ("前橋市,1".encode("utf-16-le"), UTF16),
        ("前橋市,1".encode("utf-16-be"), UTF16),
        (b"plain", UTF8),
        (b"\xff\x00\xfe", None),
        (b"\x80\xa0\xfd", None),
    ],
)
def test_guesses(data: bytes, encoding: str | None) -> None:
    assert guess_encoding(data) == encoding
    if encoding:
        assert decode(data, encoding).removeprefix("\ufeff") in {"前橋市,1", "plain"}


@given(st.text("あ亜ｱ前橋,\n", min_size=2), st.sampled_from(ENCODINGS))
def test_japanese_is_recognised(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    found = guess_encoding(data)
    assert found is not None
    if encoding != CP932:  # two half-width kana can also be UTF-8
        assert decode(data, found).removeprefix("\ufeff") == text


@given(st.binary(max_size=80), st.sampled_from(ENCODINGS), st.sampled_from(DELIMITERS))
def test_any_bytes_are_read_or_refused(data: bytes, encoding: str, delimiter: str) -> None:
    assert guess_encoding(data) in {None, *ENCODINGS}
    with suppress(NotCsv):
        text = decode(data, encoding)
        assert guess_delimiter(text) in DELIMITERS
        list(parse(text, delimiter))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a\tb,c\td", "\t"), ("a;b;c", ";"), ('"a;b;c",d', ","), ("", ","), ("\n\na;b", ";")],
)
def test_delimiters(text: str, delimiter: str) -> None:
    assert guess_delimiter(text) == delimiter


@pytest.mark.parametrize(
    ("text", "fault", "record"),
    [
        ('a\n"b', Fault.QUOTES, 2),
        ('a\nb\n"c"d', Fault.QUOTES, 3),
        ("a\n" + "x" * 200_000, Fault.LONG_CELL, 2),
    ],
)
def test_where_reading_stops(text: str, fault: Fault, record: int) -> None:
    with pytest.raises(NotCsv) as caught:
        list(parse(text))
    assert (caught.value.fault, caught.value.record) == (fault, record)
