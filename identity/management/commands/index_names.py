from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from identity.actions.name_indexes import index_names, unindexed


class Command(BaseCommand):
    """Makes the blind index of names for residents who were recorded before there was one, so that a card or
    an app finds them. May be stopped and run again, also while the platform is in use. Runs as the owner.
    """

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        with owner_context(connection):
            total = unindexed().count()
        by, after, more = system_actor("index_names"), None, True
        while more:
            with owner_context(connection):
                after = index_names(by=by, after=after)
            more = after is not None
        self.stdout.write(f"{total} names were indexed")
