import csv
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from consortium.tenancy.models import Municipality
from consortium.tenancy.ownership import owner_context
from shared_plans.models import MunicipalProfile

FIGURES: Final = ("population", "households", "aged_share", "fiscal_index")
COLUMNS: Final = ("code", *FIGURES)


class Command(BaseCommand):
    """Loads population, households, age structure and fiscal strength of municipalities from a CSV file.

    Columns (UTF-8, one heading line): code (団体コード, six digits), population, and as far as known
    households, aged_share (percent aged 65 or more), fiscal_index (財政力指数). Other columns are ignored.
    Running it again replaces the figures of those in the file. docs/plan-library.md names publishers.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True, help="Year of the population.")
        parser.add_argument("--source", required=True, help="Who published the figures, and where.")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="NAME=HEADING",
            help="A column's heading in this file where it is another, e.g. population=人口総数.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        headings = _headings(options["column"])
        with owner_context(connection):
            known = dict(Municipality.objects.values_list("code", "pk"))
            fictional = set(Municipality.objects.filter(fictional=True).values_list("code", flat=True))
            rows = []
            for number, line in _lines(options["file"], headings):
                code = line["code"]
                if code not in known:
                    raise CommandError(f"Line {number}: no municipality has the code {code!r}.")
                rows.append(
                    _checked(
                        number,
                        MunicipalProfile(
                            municipality_id=known[code],
                            year=options["year"],
                            source=options["source"],
                            fictional=code in fictional,
                            **{name: line[name] or None for name in FIGURES},
                        ),
                    )
                )
            _upsert(rows)
        if options["verbosity"] > 0:
            self.stdout.write(f"  Municipal profiles: {len(rows)}")


def _headings(given: Iterable[str]) -> dict[str, str]:
    headings = {name: name for name in COLUMNS}
    for one in given:
        name, equals, heading = one.partition("=")
        if name not in headings or not equals:
            raise CommandError(f"--column {one}: expected one of {', '.join(COLUMNS)}, =, and a heading.")
        headings[name] = heading
    return headings


def _lines(file: Path, headings: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Number of the line, and its values by our names; thousands separators are taken out."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
    reader = csv.DictReader(text.splitlines())
    for name in ("code", "population"):
        if headings[name] not in (reader.fieldnames or ()):
            raise CommandError(f"{file} has no column {headings[name]!r}.")
    for line in reader:
        values = {name: (line.get(heading) or "").strip() for name, heading in headings.items()}
        yield (
            reader.line_num,
            {name: value if name == "code" else value.replace(",", "") for name, value in values.items()},
        )


def _checked(number: int, row: MunicipalProfile) -> MunicipalProfile:
    try:
        row.clean_fields(exclude=["municipality", "id"])
    except ValidationError as error:
        where = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise CommandError(f"Line {number}: {where}") from error
    return row


def _upsert(rows: list[MunicipalProfile]) -> None:
    MunicipalProfile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["municipality"],
        update_fields=["year", "source", "fictional", *FIGURES],
    )
