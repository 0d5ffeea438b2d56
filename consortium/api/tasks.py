from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .models import KEPT, IdempotencyKey

log = get_logger()


class PurgeIdempotencyKeys(ContextTask):
    """Answers are kept for a day."""

    name = "consortium.api.tasks.purge_idempotency_keys"

    def run(self) -> None:
        with self.opened():
            purged, _ = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
        if purged:
            log.info("idempotency_keys_purged", count=purged)


purge_idempotency_keys: PurgeIdempotencyKeys = app.register_task(PurgeIdempotencyKeys())
