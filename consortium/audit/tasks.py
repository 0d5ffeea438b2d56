from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .seal import seal_all

log = get_logger()


class SealLogs(ContextTask):
    """Chain what was appended since the last time."""

    name = "consortium.audit.tasks.seal_logs"

    def run(self) -> None:
        self.carried()  # refused without headers; each batch opens its own transaction
        if sealed := seal_all():
            log.info("logs_sealed", rows=sealed)


seal_logs: SealLogs = app.register_task(SealLogs())
