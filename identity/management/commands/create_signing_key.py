from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from identity.actions.signing_keys import ALGORITHMS, create_signing_keys


class Command(BaseCommand):
    """Makes the issuer's first signing key of each algorithm; may be repeated. Runs as the owner."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--algorithm", action="append", choices=ALGORITHMS, help="default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        with owner_context(connection):
            by = system_actor("create_signing_key")
            made = create_signing_keys(by=by, algorithms=options["algorithm"] or ALGORITHMS)
        if options["verbosity"] > 0:
            for key in made:
                self.stdout.write(f"  {key.algorithm} {key}")
            if not made:
                self.stdout.write("  a key of each is there already")
