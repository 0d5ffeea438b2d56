from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from consortium.tenancy.ownership import as_owner
from identity.actions.signing_keys import LEAD, rotate_signing_key


class Command(BaseCommand):
    """Publishes a new signing key that takes over after a lead. Runs as the owner."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="sign with it at once: the old key is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(connection):
            key = rotate_signing_key(lead=timedelta(0) if options["now"] else LEAD)
        self.stdout.write(f"  {key} signs from {key.activates_at:%Y-%m-%d %H:%M %Z}")
