"""CSV as bytes, in the encodings that Japanese spreadsheets use (RFC 4180 for the rest).

Nothing is dropped or replaced: what an encoding cannot hold is reported, what cannot be decoded is refused.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

UTF8: Final = "utf-8-sig"
CP932: Final = "cp932"
UTF16: Final = "utf-16"
ENCODINGS: Final = (UTF8, CP932, UTF16)
DELIMITERS: Final = (",", "\t", ";")
# Bytes that Windows leaves undefined and Python's codec passes through as these characters.
_NOT_CP932: Final = re.compile("[\x80\xa0\uf8f0-\uf8f3]")


class Fault(StrEnum):
    """Why a text is no CSV."""

    ENCODING = "encoding"
    QUOTES = "quotes"
    LONG_CELL = "long_cell"


class NotCsv(Exception):
    """record: number of the record, counted from 1, where reading stopped; 0 if it is the whole text."""

    def __init__(self, fault: Fault, record: int = 0) -> None:
        super().__init__(fault, record)
        self.fault, self.record = fault, record


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that the encoding lacks. row, column: counted from 1, the headings are row 1."""

    row: int
    column: int
    character: str

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.character):04X}"


def guess_encoding(data: bytes) -> str | None:
    """One of `ENCODINGS` in which the whole data can be read, None if there is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        return UTF16 if _is(data, UTF16) else None
    return next((encoding for encoding in (UTF8, CP932) if _is(data, encoding)), None)


def decode(data: bytes, encoding: str) -> str:
    """Raises NotCsv. UTF-16 without a byte order mark is read in the order that its zeros show."""
    try:
        text = data.decode(_utf16_order(data) if encoding == UTF16 else encoding)
    except UnicodeDecodeError as error:
        raise NotCsv(Fault.ENCODING) from error
    if encoding == CP932:
        refuse_not_cp932(text)
    return text


def refuse_not_cp932(text: str) -> None:
    """What Python decodes and Windows does not know. Raises NotCsv."""
    if _NOT_CP932.search(text):
        raise NotCsv(Fault.ENCODING)


def _is(data: bytes, encoding: str) -> bool:
    try:
        decode(data, encoding)
    except NotCsv:
        return False
    return True


def _utf16_order(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF16
    return "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"


def guess_delimiter(text: str) -> str:
    """The one of `DELIMITERS` that the first line with any of them has most of, quoted parts left out."""
    for line in text.splitlines():
        bare = re.sub(r'"[^"]*"', "", line)
        counts = {delimiter: bare.count(delimiter) for delimiter in DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda delimiter: counts[delimiter])
    return DELIMITERS[0]


def parse(text: str, delimiter: str = ",") -> Iterator[list[str]]:
    """Records in order; an empty line is an empty record. Raises NotCsv."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007  # told when reading stops
            yield record
    except csv.Error as error:
        fault = Fault.LONG_CELL if "limit" in str(error) else Fault.QUOTES
        raise NotCsv(fault, number + 1) from error


def write(rows: Iterable[Sequence[str]], encoding: str = UTF8) -> bytes:
    """CRLF; UTF-8 with a byte order mark. Raises UnicodeEncodeError: ask `missing` first."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def missing(rows: Iterable[Sequence[str]], encoding: str) -> list[Missing]:
    """Every character that the encoding lacks, once per cell."""
    return [
        Missing(row, column, character)
        for row, cells in enumerate(rows, start=1)
        for column, cell in enumerate(cells, start=1)
        if not _fits(cell, encoding)
        for character in dict.fromkeys(cell)
        if not _fits(character, encoding)
    ]


def _fits(text: str, encoding: str) -> bool:
    """Also 〜 and − don't fit CP932: Python would write them, as the ～ and － that come back."""
    try:
        return decode(text.encode(encoding), encoding) == text
    except (UnicodeEncodeError, NotCsv):
        return False
