from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections, transaction

from consortium.tenancy.ownership import as_owner

KEPT_PREFIXES = ("tenancy_", "django_migrations", "django_content_type", "auth_")


class Command(BaseCommand):
    """Empties all tables but the registry's and Django's own; runs as the owner."""

    help = __doc__
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate")  # TransactionTestCase's

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive")
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if options["interactive"] and input("Delete all data but the registry? Type yes: ") != "yes":
            return
        names = [n for n in connection.introspection.table_names() if not n.startswith(KEPT_PREFIXES)]
        with as_owner(connection), transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(connection.ops.quote_name(name) for name in names)}")
