from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from identity.actions.signing_keys import NoSuchKey, retire_signing_key
from identity.keyring import TTL


class Command(BaseCommand):
    """In an emergency: takes a signing key out of use and out of the JWKS at once. Runs as the owner."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kid", required=True, help="as list_signing_keys shows it: --kid=…")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with owner_context(connection):
                successor = retire_signing_key(by=system_actor("retire_signing_key"), kid=options["kid"])
        except NoSuchKey as error:
            raise CommandError(f"No key {options['kid']} is in use: see list_signing_keys.") from error
        self.stdout.write(f"  retired; every process knows within {TTL:.0f} seconds")
        if successor:
            self.stdout.write(f"  {successor.algorithm} {successor} signs in its place")
