from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from consortium.reporting.indicators import load
from consortium.tenancy.ownership import as_owner


class Command(BaseCommand):
    """Enters the platform's own indicators; may be repeated. Runs as the owner."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(connection):
            count = load()
        if options["verbosity"] > 0:
            self.stdout.write(f"  indicators: {count}")
