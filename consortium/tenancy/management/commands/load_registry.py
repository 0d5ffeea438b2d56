from dataclasses import asdict
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import connection

from consortium.tenancy.ownership import as_owner
from consortium.tenancy.registry.load import load


class Command(BaseCommand):
    """Loads prefectures, municipalities and their dated codes; may be repeated. Runs as the owner."""

    help = __doc__
    requires_system_checks = (Tags.models,)

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(connection):
            loaded = load()
        if options["verbosity"] > 0:
            for name, count in asdict(loaded).items():
                self.stdout.write(f"  {name}: {count}")
