"""Scheduled and woken work. Every pass may be repeated, and may run beside another one."""

from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import HOUSEKEEPING, ContextTask

from .digest import send_digests
from .purge import purge
from .sending import PER_PASS, send_due
from .spread import spread_announcements
from .wake import DELIVER

log = get_logger()


class Deliver(ContextTask):
    """Spread what was announced, send what is due; with more left, once again."""

    name = DELIVER

    def run(self) -> None:
        self.carried()  # refused without headers; each step opens its own transaction
        spread = spread_announcements()
        tried = send_due()
        if spread or tried:
            log.info("delivered", announcements=spread, mails=tried)
        if tried >= PER_PASS:
            self.apply_async(headers=HOUSEKEEPING)


class SendDigests(ContextTask):
    name = "consortium.notifications.tasks.send_digests"

    def run(self) -> None:
        self.carried()
        if made := send_digests():
            log.info("digests_queued", mails=made)


class Purge(ContextTask):
    name = "consortium.notifications.tasks.purge"

    def run(self) -> None:
        self.carried()
        if gone := purge():
            log.info("notifications_purged", rows=gone)


deliver: Deliver = app.register_task(Deliver())
digests: SendDigests = app.register_task(SendDigests())
purging: Purge = app.register_task(Purge())
