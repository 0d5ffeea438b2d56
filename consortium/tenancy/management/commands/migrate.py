from typing import Any

from django.core.checks import Tags
from django.core.management.commands import migrate
from django.db import connections

from consortium.tenancy.ownership import as_owner
from consortium.tenancy.sync import sync

CHECKED = [Tags.models, Tags.database]
"""URLs and middleware are no business of the schema's, and to load all views takes longer than to migrate;
web servers, tests and `check` look at them."""


class Command(migrate.Command):
    """Migrates as the owner, then brings policies, grants and foreign keys in line with the models."""

    def check(self, *args: Any, **kwargs: Any) -> None:
        super().check(*args, **{"tags": CHECKED, **kwargs})

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with as_owner(connection):
            super().handle(*args, **options)
            touched = sync(connection)
        if touched and options["verbosity"] > 0:
            self.stdout.write(f"  Policies brought in line: {len(touched)} tables")
