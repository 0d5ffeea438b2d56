from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from identity.actions.signing_keys import ALGORITHMS, rotate_signing_keys
from identity.models.oidc import LEAD


class Command(BaseCommand):
    """Publishes successors that take over after a lead, ahead of the schedule. Runs as the owner."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--algorithm", action="append", choices=ALGORITHMS, help="default: all")
        parser.add_argument("--now", action="store_true", help="sign with them at once")

    def handle(self, *args: Any, **options: Any) -> None:
        with owner_context(connection):
            made = rotate_signing_keys(
                by=system_actor("rotate_signing_key"),
                algorithms=options["algorithm"] or ALGORITHMS,
                lead=timedelta(0) if options["now"] else LEAD,
            )
        for key in made:
            self.stdout.write(f"  {key.algorithm} {key} signs from {key.activates_at:%Y-%m-%d %H:%M %Z}")
        if not made:
            self.stdout.write("  there is no key to take over from: run create_signing_key")
