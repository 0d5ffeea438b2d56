"""Bring the registry's files into the database: a handful of statements, the same result however often."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from consortium.domain.codes import MunicipalityCode as Code
from consortium.tenancy.models.registry import Municipality, MunicipalityCode, Prefecture
from consortium.tenancy.registry import data


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows the files hold, by table."""

    prefectures: int
    municipalities: int
    codes: int


@transaction.atomic
def load() -> Loaded:
    """Insert or update everything; dated codes that the files no longer hold are deleted, no other row is.

    Raises CodeError for an invalid code in the files. Needs the owner role.
    """
    prefectures = _prefectures()
    former = data.former_codes()
    keys = first_keys(former)
    real, invented = data.municipalities(), data.fictional_municipalities()
    municipalities = [
        *(_municipality(row, keys, fictional=False) for row in real),
        *(_municipality(row, keys, fictional=True) for row in invented),
    ]
    codes = [*(_current(row, keys) for row in (*real, *invented)), *(_former(row, keys) for row in former)]
    _upsert_prefectures(prefectures)
    _upsert_municipalities(municipalities)
    _replace_codes(codes)
    return Loaded(len(prefectures), len(municipalities), len(codes))


def first_keys(former: Iterable[data.FormerCode]) -> dict[str, int]:
    """Return the keys of municipalities whose first recorded code is not the current one."""
    latest_first = sorted(former, key=lambda row: row.valid_from, reverse=True)
    return {row.current_code: key_of(row.code6) for row in latest_first}


def key_of(code: str) -> int:
    """Return the integer of a code's first five digits."""
    return int(Code(code).body)


def _key(current_code: str, keys: dict[str, int]) -> int:
    return keys.get(current_code) or key_of(current_code)


def _prefectures() -> list[Prefecture]:
    rows = (*data.prefectures(), *data.fictional_prefectures())
    return [Prefecture(code=row.code2, name=row.name, kana=row.kana, romaji=row.romaji) for row in rows]


def _municipality(row: data.MunicipalityRow, keys: dict[str, int], *, fictional: bool) -> Municipality:
    return Municipality(
        id=_key(row.code6, keys),
        code=row.code6,
        prefecture_id=row.prefecture,
        name=row.name,
        kana=row.kana,
        romaji=row.romaji,
        kind=row.kind,
        fictional=fictional,
    )


def _current(row: data.MunicipalityRow, keys: dict[str, int]) -> MunicipalityCode:
    return _dated(row, row.code6, keys, until=None)


def _former(row: data.FormerCode, keys: dict[str, int]) -> MunicipalityCode:
    return _dated(row, row.current_code, keys, until=row.valid_until)


def _dated(
    row: data.MunicipalityRow | data.FormerCode,
    current_code: str,
    keys: dict[str, int],
    *,
    until: date | None,
) -> MunicipalityCode:
    return MunicipalityCode(
        municipality_id=_key(current_code, keys),
        code=row.code6,
        name=row.name,
        kana=row.kana,
        romaji=row.romaji,
        valid_from=row.valid_from,
        valid_until=until,
    )


def _upsert_prefectures(rows: list[Prefecture]) -> None:
    Prefecture.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["name", "kana", "romaji"]
    )


def _upsert_municipalities(rows: list[Municipality]) -> None:
    fields = ["code", "prefecture", "name", "kana", "romaji", "kind", "fictional"]
    Municipality.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _replace_codes(rows: list[MunicipalityCode]) -> None:
    wanted = {(row.code, row.valid_from) for row in rows}
    stored = MunicipalityCode.objects.values_list("pk", "code", "valid_from")
    stale = [pk for pk, code, valid_from in stored if (code, valid_from) not in wanted]
    if stale:
        MunicipalityCode.objects.filter(pk__in=stale).delete()
    MunicipalityCode.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code", "valid_from"],
        update_fields=["municipality", "name", "kana", "romaji", "valid_until"],
    )
