"""The registry's files by themselves, and against the shared data where that is present."""

import csv
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from consortium.domain.codes import MunicipalityCode
from consortium.tenancy.registry import data
from consortium.tenancy.registry.corrections import EXCLUDED, KANA, ROMAJI
from consortium.tenancy.registry.load import first_keys, key_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
MUNICIPALITIES = data.municipalities()
PREFECTURES = data.prefectures()
FICTIONAL = data.fictional_municipalities()
FORMER = data.former_codes()
HIRAGANA = re.compile(r"[ぁ-ゖー]+")
ROMAJI_FORM = re.compile(r"[A-Z][a-z']+-(shi|ku|cho|machi|mura|son)")


def shared(name: str) -> list[dict[str, str]]:
    if not (SHARED / name).exists():
        pytest.skip(f"{name} of the shared data is not beside the project (SHARED_DATA)")
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_counts() -> None:
    assert (len(PREFECTURES), len(MUNICIPALITIES)) == (47, 1741)
    assert Counter(row.kind for row in MUNICIPALITIES) == {
        "designated_city": 20,
        "city": 772,
        "special_ward": 23,
        "town": 743,
        "village": 183,
    }


def test_every_code_is_valid_and_unique() -> None:
    rows = (*PREFECTURES, *MUNICIPALITIES, *FICTIONAL, *data.fictional_prefectures())
    codes = [MunicipalityCode(row.code6) for row in rows]
    assert len(set(codes)) == len(codes)


def test_every_municipality_lies_in_the_prefecture_of_its_code() -> None:
    known = {row.code2 for row in (*PREFECTURES, *data.fictional_prefectures())}
    for row in (*MUNICIPALITIES, *FICTIONAL):
        assert row.prefecture == row.code6[:2]
        assert row.prefecture in known


def test_kana_is_hiragana() -> None:
    rows = (*PREFECTURES, *MUNICIPALITIES, *FICTIONAL, *FORMER)
    assert [row.kana for row in rows if not HIRAGANA.fullmatch(row.kana)] == []


def test_no_large_kana_where_a_small_one_belongs() -> None:
    """しようない for しょうない: kana and Latin name would disagree."""
    for row in MUNICIPALITIES:
        if re.search("[きしちにひみりぎじび]よ[うー]|[きしちにひみりぎじび]ゆ[うー]", row.kana):
            assert re.search("[kshtcnhmrgjb]iy", row.romaji.lower()), row


def test_romaji_is_complete() -> None:
    assert [
        row for row in (*MUNICIPALITIES, *FICTIONAL, *FORMER) if not ROMAJI_FORM.fullmatch(row.romaji)
    ] == []
    assert [row for row in PREFECTURES if not re.fullmatch("[A-Z][a-z]+", row.romaji)] == []


def test_reading_latin_name_and_name_agree_on_the_kind() -> None:
    endings = {
        "shi": "し市",
        "ku": "く区",
        "cho": "ちょう町",
        "machi": "まち町",
        "mura": "むら村",
        "son": "そん村",
    }
    for row in MUNICIPALITIES:
        ending = endings[row.romaji.rsplit("-", 1)[1]]
        assert (row.kana + row.name).endswith((ending[:-1] + row.name, ending[-1]))
        assert row.kana.endswith(ending[:-1]), row
        assert row.name.endswith(ending[-1]), row


def test_villages_without_administration_are_left_out() -> None:
    assert not {row.code6[:5] for row in MUNICIPALITIES} & EXCLUDED


def test_no_invented_municipality_has_a_real_name_or_range() -> None:
    assert not {row.name for row in FICTIONAL} & {row.name for row in MUNICIPALITIES}
    assert {row.prefecture for row in FICTIONAL} == {"99"}


def test_former_codes_lead_to_current_ones_without_a_gap() -> None:
    current = {row.code6: row for row in MUNICIPALITIES}
    for row in FORMER:
        assert MunicipalityCode(row.code6).prefecture == row.current_code[:2]
        assert row.valid_from < row.valid_until == current[row.current_code].valid_from


def test_a_change_is_dated() -> None:
    nakagawa = next(row for row in MUNICIPALITIES if row.name == "那珂川市")
    assert nakagawa.valid_from == date(2018, 10, 1)


def test_keys_come_from_the_first_code_and_are_unique() -> None:
    keys = first_keys(FORMER)
    assert keys["402311"] == 40305
    every = [keys.get(row.code6) or key_of(row.code6) for row in (*MUNICIPALITIES, *FICTIONAL)]
    assert len(set(every)) == len(every)


def test_municipalities_match_the_shared_data() -> None:
    ours = {row.code6: row for row in MUNICIPALITIES}
    theirs = {row["code6"]: row for row in shared("municipalities.csv")}
    assert ours.keys() == theirs.keys()
    differing = {code for code, row in theirs.items() if row["kana"] != ours[code].kana}
    assert {code[:5] for code in differing} == KANA.keys()
    assert all(row["name_ja"] == ours[code].name for code, row in theirs.items())
    assert all(row["type"] == ours[code].kind for code, row in theirs.items())


def test_latin_names_match_the_shared_data() -> None:
    ours = {row.code6: row for row in MUNICIPALITIES}
    theirs = {row["code6"]: row["romaji"].rsplit(" ", 1)[-1] for row in shared("municipalities.csv")}
    assert {code[:5] for code, name in theirs.items() if name != ours[code].romaji} == ROMAJI.keys()


def test_prefectures_match_the_shared_data() -> None:
    ours = {row.code2: (row.code6, row.name, row.kana) for row in PREFECTURES}
    theirs = {row["code2"]: (row["code6"], row["name_ja"], row["kana"]) for row in shared("prefectures.csv")}
    assert ours == theirs
