"""`manage.py verify_roots`, with the worker's login or the migrate login."""

from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from consortium.tenancy import context
from consortium.tenancy.ownership import as_owner
from identity.queries.transparency import wrong_days


class Command(BaseCommand):
    help = "Compute each published daily root anew from the rows; fails naming the days that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        with _entitled():
            wrong = wrong_days()
        if wrong:
            raise CommandError(f"not the published root: {', '.join(wrong)}")
        self.stdout.write("Every published root is that of its rows.")


def _entitled() -> AbstractContextManager[Any]:
    return as_owner(connection) if settings.SURFACE == "migrate" else context.worker()
