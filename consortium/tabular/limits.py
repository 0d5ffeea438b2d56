"""How large a file may be, and the one error that reading a file ends in."""

from typing import Final

from django.utils.translation import gettext as _

MAX_BYTES: Final = 5_000_000
MAX_UNPACKED: Final = 60_000_000
"""Bytes of all parts of a workbook together once unpacked: a bomb of 5 MB would hold gigabytes."""
MAX_PARTS: Final = 1_000
MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 400_000
MAX_CELL: Final = 32_767
"""Characters of one cell, as in Excel."""


class UnreadableFile(Exception):
    """The whole file cannot be read; its text says in the user's language what to do."""


class MyNumberFound(UnreadableFile):
    """The file holds a 個人番号 and may not be kept."""


def check_size(size: int) -> None:
    """size: of the file, in bytes. Raises UnreadableFile."""
    if size > MAX_BYTES:
        message = _("ファイルが大きすぎます。%(limit)s MB以下に分けてください。")
        raise UnreadableFile(message % {"limit": MAX_BYTES // 1_000_000})


def too_many_rows() -> UnreadableFile:
    message = _("行が多すぎます。%(limit)s行以下に分け、下にある空の行を削除してください。")
    return UnreadableFile(message % {"limit": f"{MAX_ROWS:,}"})


def too_many_columns() -> UnreadableFile:
    message = _("列が多すぎます。%(limit)s列以下にしてください。")
    return UnreadableFile(message % {"limit": MAX_COLUMNS})
