from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from consortium.tenancy.ownership import as_owner
from identity.actions.signing_keys import create_signing_key


class Command(BaseCommand):
    """Makes the issuer's first signing key; may be repeated. Runs as the owner."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(connection):
            key = create_signing_key()
        if options["verbosity"] > 0:
            self.stdout.write(f"  created {key}" if key else "  a key is there already")
