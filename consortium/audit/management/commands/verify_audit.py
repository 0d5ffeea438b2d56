"""`manage.py verify_audit [--stream municipality:10201]`, with the worker's login or the migrate login."""

from argparse import ArgumentParser
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from consortium.audit.verify import Verdict, verify
from consortium.tenancy import context
from consortium.tenancy.ownership import as_owner


class Command(BaseCommand):
    help = "Verify the hash chains of the audit logs; fails naming the first break of each broken stream."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stream", default="", help="e.g. consortium, accounts, municipality:10201")
        parser.add_argument(
            "--heads", action="store_true", help="print each stream's last digest, to note elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _entitled():
            verdicts = list(verify(options["stream"]))
        for verdict in verdicts:
            if options["heads"]:
                self.stdout.write(f"{verdict.log} {verdict.stream} {verdict.seals} {verdict.head}")
        self.stdout.write(_summary(verdicts))
        if broken := [verdict for verdict in verdicts if verdict.broken]:
            raise CommandError("\n".join(f"{one.log} {one.stream}: {one.broken}" for one in broken))


def _entitled() -> AbstractContextManager[Any]:
    return as_owner(connection) if settings.SURFACE == "migrate" else context.worker()


def _summary(verdicts: list[Verdict]) -> str:
    seals, unsealed = sum(one.seals for one in verdicts), sum(one.unsealed for one in verdicts)
    since = min((one.unsealed_since for one in verdicts if one.unsealed_since), default=None)
    age = f", the oldest for {(timezone.now() - since).total_seconds():.0f} s" if since else ""
    return f"{len(verdicts)} streams, {seals} seals verified; {unsealed} rows not sealed yet{age}"
