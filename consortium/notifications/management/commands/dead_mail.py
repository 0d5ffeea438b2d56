from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consortium.notifications.actions import requeue_dead
from consortium.notifications.models import Announcement, Mail, MailState
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor


class Command(BaseCommand):
    """Lists mails that could not be sent, and queues them once more. Runs as the worker login.

    Addresses and texts are not shown: the kind, the account and the server's status say what to look at.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requeue", nargs="*", metavar="ID", help="these, or all when none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        with context.worker():
            if options["requeue"] is None:
                self._list()
            else:
                count = requeue_dead(by=system_actor("dead_mail"), mails=_uuids(options["requeue"]))
                self.stdout.write(f"{count} queued again")

    def _list(self) -> None:
        for mail in Mail.objects.filter(state=MailState.DEAD).order_by("ended_at"):
            place = mail.municipality_id or "-"
            self.stdout.write(
                f"{mail.pk} {mail.ended_at:%Y-%m-%d %H:%M} {mail.kind} error={mail.error}"
                f" attempts={mail.attempts} municipality={place} account={mail.user_id or '-'}"
            )
        waiting = Mail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING]).count()
        broken = Announcement.objects.filter(failed=True).count()
        self.stdout.write(f"waiting: {waiting}; announcements that could not be spread: {broken}")


def _uuids(texts: list[str]) -> list[UUID] | None:
    try:
        return [UUID(text) for text in texts] or None
    except ValueError as error:
        raise CommandError("Not an identifier of a mail.") from error
