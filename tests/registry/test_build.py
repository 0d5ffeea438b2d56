"""The build script on a small tarball; the real packages are not fetched in a test."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from consortium.domain.codes import BadCheckDigit

build = pytest.importorskip(
    "consortium.tenancy.registry.build", reason="jp-prefecture is a development package"
)

PLACES = [
    {
        "code": "010006",
        "name": "北海道",
        "ruby": "ほっかいどう",
        "municipalities": [
            {"code": "011002", "name": "札幌市", "ruby": "さっぽろし", "wards": [{"code": "011011"}]},
            {"code": "013030", "name": "当別町", "ruby": "とうべつちょう"},
            {"code": "016951", "name": "色丹村", "ruby": "しこたんむら"},
        ],
    },
    {
        "code": "060003",
        "name": "山形県",
        "ruby": "やまがたけん",
        "municipalities": [{"code": "064289", "name": "庄内町", "ruby": "しようないまち"}],
    },
]
LATIN = {
    "01100": "Sapporo-shi",
    "01303": "Ishikari-gun Tobetsu-cho",
    "06428": "Higashitagawa-gun Shonai-machi",
}


def test_places_are_read_from_the_tarball(tmp_path: Path) -> None:
    body = json.dumps(PLACES).encode()
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("package/dist/codes.json")
        info.size = len(body)
        archive.addfile(info, io.BytesIO(body))
    assert build.read_places(tmp_path / "package.tgz") == PLACES


def test_municipalities_are_cleaned() -> None:
    rows = list(build.municipality_rows(PLACES, LATIN))
    assert [(row.name, row.romaji, row.kind) for row in rows] == [
        ("札幌市", "Sapporo-shi", "designated_city"),
        ("当別町", "Tobetsu-cho", "town"),
        ("庄内町", "Shonai-machi", "town"),
    ]
    assert rows[2].kana == "しょうないまち"


def test_prefectures_get_a_latin_name() -> None:
    assert [row.romaji for row in build.prefecture_rows(PLACES)] == ["Hokkaido", "Yamagata"]


def test_a_bad_code_stops_the_build() -> None:
    with pytest.raises(BadCheckDigit):
        list(build.municipality_rows([{"municipalities": [{"code": "011001", "name": "札幌市"}]}], LATIN))
