from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.tenancy.tasks import ContextTask

from .models import Draft

log = get_logger()


class DropDrafts(ContextTask):
    """Delete what accounts began to enter and never sent."""

    name = "consortium.ui.tasks.drop_drafts"

    def run(self) -> None:
        with self.opened():
            dropped, _by_model = Draft.objects.filter(expires_at__lte=timezone.now()).delete()
        if dropped:
            log.info("drafts_dropped", rows=dropped)


drop_drafts: DropDrafts = app.register_task(DropDrafts())
