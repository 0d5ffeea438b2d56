"""Long files line by line: CSV in the usual encodings and workbooks, of which little is held at a time."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import IO, Final

import openpyxl
from django.utils.translation import gettext as _

from consortium.domain import csv_text
from consortium.domain.csv_text import CP932, UTF8, NotCsv

from .columns import HEADER_ROWS, Column, Problem, Row, find_header, read_row, refuse_my_number
from .limits import MAX_CELL, MAX_COLUMNS, UnreadableFile
from .workbook import broken, refuse_bomb, text_of

MAX_LINES: Final = 200_000
MAX_STREAM_BYTES: Final = 40_000_000
MAX_STREAM_UNPACKED: Final = 400_000_000
_CHUNK: Final = 1 << 16
_ZIP: Final = b"PK\x03\x04"


def read_lines(file: IO[bytes], columns: Sequence[Column]) -> Iterator[Row | list[Problem]]:
    """Each line that holds anything, as a row or as what is wrong with it.

    file: seekable; a workbook's first visible sheet counts. Raises UnreadableFile and MyNumberFound, at the
    latest when the line at fault is reached: what was made of earlier lines has to be taken back.
    """
    rows = _rows(file)
    head = list(islice(rows, HEADER_ROWS))
    if not head:
        raise UnreadableFile(_("ファイルが空です。内容のあるファイルを選んでください。"))
    first, places, _headings = find_header(head, columns)
    if not places:
        raise UnreadableFile(_("見出しの行が見つかりません。様式の見出しを使ってください。"))
    for number, cells in enumerate(chain(head, rows), start=1):
        if number > MAX_LINES + first:
            limit = f"{MAX_LINES:,}"
            raise UnreadableFile(_("行が多すぎます。%(limit)s行以下に分けてください。") % {"limit": limit})
        refuse_my_number(number, cells)
        if number > first and any(cell.strip() for cell in cells):
            yield read_row(number, cells, places)


def _rows(file: IO[bytes]) -> Iterator[list[str]]:
    file.seek(0)
    start = file.read(len(_ZIP))
    file.seek(0)
    return _sheet_rows(file) if start == _ZIP else _csv_rows(file)


def _sheet_rows(file: IO[bytes]) -> Iterator[list[str]]:
    refuse_bomb(file, MAX_STREAM_UNPACKED)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            yield [text_of(cell) for cell in row]
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
        raise broken() from error


def _csv_rows(file: IO[bytes]) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(getattr(file, "file", file), encoding=_encoding(file), newline="")
    delimiter = csv_text.guess_delimiter(lines.read(_CHUNK))
    lines.seek(0)
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
                raise UnreadableFile(_("%(row)s行目の列またはセルが大きすぎます。") % {"row": number})
            yield cells
    except csv.Error as error:
        message = _('引用符(")が正しくありません。引用符で始まるセルは引用符で閉じてください。')
        raise UnreadableFile(message) from error
    finally:
        lines.detach()  # the upload is not ours to close


def _encoding(file: IO[bytes]) -> str:
    """The first one in which the whole file can be read."""
    for encoding in (UTF8, CP932):
        if _is(file, encoding):
            return encoding
    raise UnreadableFile(
        _("文字コードを判別できません。UTF-8のCSVか、Excel形式(.xlsx)で保存し直してください。")
    )


def _is(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            if encoding == CP932:
                csv_text.refuse_not_cp932(decoder.decode(chunk))
            else:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, NotCsv):
        return False
    finally:
        file.seek(0)
    return True
