from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from identity.actions.reencryption import Sealed, note_count, reencrypt_rows, sealed_tables

NAME = "reencrypt_fields"


class Command(BaseCommand):
    """Seals residents' fields with the first key of FIELD_KEYS; once nothing is left, older keys can go.

    May be stopped and run again, also while the platform is in use. Runs as the owner.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", action="store_true", help="only tell how many rows are left")

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        for sealed in sealed_tables():
            stale = _walk(sealed, options["count"])
            total += stale
            if stale or options["verbosity"] > 1:
                self.stdout.write(f"  {sealed.table}: {stale}")
        with owner_context(connection):
            note_count(by=system_actor(NAME), stale=total if options["count"] else 0)
        told = "rows are under an older key" if options["count"] else "rows were sealed anew"
        self.stdout.write(f"{total} {told}")


def _walk(sealed: Sealed, count_only: bool) -> int:
    by, after, stale = system_actor(NAME), None, 0
    while True:
        with owner_context(connection):
            passed = reencrypt_rows(by=by, sealed=sealed, after=after, count_only=count_only)
        stale += passed.stale
        if passed.last is None:
            return stale
        after = passed.last
