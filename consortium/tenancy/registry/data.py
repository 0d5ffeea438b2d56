"""Read the registry's data files. Pure Python: usable without Django."""

import csv
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

DATA_DIR = Path(__file__).parent
PREFECTURES_FILE = "prefectures.csv"
MUNICIPALITIES_FILE = "municipalities.csv"
FORMER_FILE = "former_codes.csv"
FICTIONAL_PREFECTURES_FILE = "fictional_prefectures.csv"
FICTIONAL_FILE = "fictional_municipalities.csv"
EPOCH = date(1970, 4, 1)
"""Codes became a standard (JIS) on this day; as `valid_from` it says "no later change is recorded here"."""


@dataclass(frozen=True, slots=True)
class PrefectureRow:
    code6: str
    code2: str
    name: str
    kana: str
    romaji: str


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """`prefecture` is its two-digit code, `kind` a value of models.registry.Kind."""

    code6: str
    prefecture: str
    name: str
    kana: str
    romaji: str
    kind: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class FormerCode:
    """A code or name held earlier, valid from `valid_from` up to but not including `valid_until`."""

    current_code: str
    code6: str
    name: str
    kana: str
    romaji: str
    valid_from: date
    valid_until: date


Row = TypeVar("Row", PrefectureRow, MunicipalityRow, FormerCode)


def read_rows(name: str, row_type: type[Row]) -> list[Row]:
    """Return a file's rows in its order. KeyError if a column is missing, ValueError for a bad date."""
    columns = [(field.name, field.type is date) for field in fields(row_type)]
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        return [
            row_type(*(_value(line[key], is_date=is_date) for key, is_date in columns))
            for line in csv.DictReader(file)
        ]


def _value(text: str, *, is_date: bool) -> Any:  # the column's type, known to the row class alone
    return date.fromisoformat(text) if is_date else text


def prefectures() -> list[PrefectureRow]:
    """47 prefectures."""
    return read_rows(PREFECTURES_FILE, PrefectureRow)


def municipalities() -> list[MunicipalityRow]:
    """1,741 municipalities: 20 designated cities, 772 cities, 23 special wards, 743 towns, 183 villages."""
    return read_rows(MUNICIPALITIES_FILE, MunicipalityRow)


def former_codes() -> list[FormerCode]:
    return read_rows(FORMER_FILE, FormerCode)


def fictional_prefectures() -> list[PrefectureRow]:
    """架空県 in the unused prefecture range 99."""
    return read_rows(FICTIONAL_PREFECTURES_FILE, PrefectureRow)


def fictional_municipalities() -> list[MunicipalityRow]:
    """Municipalities that invented figures, arrears and blockers belong to."""
    return read_rows(FICTIONAL_FILE, MunicipalityRow)
