from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .seal import seal_all

log = get_logger()


@app.task(bind=True)
def seal_logs(self: ContextTask) -> None:
    self.carried()  # refused without headers; each batch opens its own transaction
    if sealed := seal_all():
        log.info("logs_sealed", rows=sealed)
