from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from consortium.membership.actions import invite_secretary
from consortium.membership.mail import secretariat_url
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor


class Command(BaseCommand):
    """Invites a member of the secretariat and prints the link. Runs as the portal login (SURFACE=portal)."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(str(error.message)) from error
        with context.secretariat():
            token = invite_secretary(
                by=system_actor("invite_secretariat"), email=options["email"], name=options["name"]
            )
        self.stdout.write(secretariat_url(token))
