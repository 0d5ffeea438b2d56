"""The queue: workers, routes and schedule.

`celery -A consortium worker -Q default` runs with the worker login, `-Q reports` with the report login.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortium.settings")

HEADERS = {"consortium": {"municipality": None, "role": "worker", "request": ""}}
"""Of scheduled jobs, which speak for nobody (consortium.tenancy.tasks.HOUSEKEEPING, which needs Django)."""


def every(seconds: float, task: str, **options: str) -> dict[str, Any]:
    """A tick that a stopped worker missed is not made up for: the next one does the same work."""
    return {"task": task, "schedule": seconds, "options": {"headers": HEADERS, "expires": seconds, **options}}


app = Celery("consortium", task_cls="consortium.tenancy.tasks:ContextTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = {"consortium.reporting.*": {"queue": "reports"}}
app.conf.beat_scheduler = "celery.beat:Scheduler"  # in memory: the schedule is this file
app.conf.beat_max_loop_interval = 5
app.conf.beat_schedule = {
    "requeue-expired-jobs": every(5, "consortium.jobs.tasks.requeue_expired"),
    "seal-logs": every(20, "consortium.audit.tasks.seal_logs"),
    "clean-up-files": every(3600, "consortium.files.tasks.ask_for_clean_up"),
    "deliver-notices": every(5, "consortium.notifications.tasks.deliver"),
    "send-digests": every(600, "consortium.notifications.tasks.send_digests"),
    "purge-notifications": every(21_600, "consortium.notifications.tasks.purge"),
    "keep-house": every(600, "consortium.operations.tasks.ask_for_housekeeping"),
    "pulse": every(15, "consortium.operations.tasks.pulse"),
    "pulse-of-reports": every(15, "consortium.operations.tasks.pulse", queue="reports"),
    "drop-drafts": every(3600, "consortium.ui.tasks.drop_drafts"),
    "purge-idempotency-keys": every(3600, "consortium.api.tasks.purge_idempotency_keys"),
    "remind-of-consents": every(21_600, "identity.tasks.remind_of_consents"),
    "watch-inquiries": every(3600, "identity.tasks.watch_inquiries"),
    "deliver-logouts": every(5, "identity.tasks.deliver_logouts"),
    "deliver-requests": every(10, "identity.tasks.deliver_requests"),
    "publish-roots": every(600, "identity.tasks.publish_roots"),
    "ask-for-new-purposes": every(600, "identity.tasks.ask_for_new_purposes"),
    "certify-devices": every(30, "identity.tasks.certify_devices"),
    "tend-signing-keys": every(3600, "identity.tasks.tend_signing_keys"),
    "end-delegations": every(60, "identity.tasks.end_delegations"),
    "turn-over-posts": every(600, "consortium.staffing.tasks.turn_over"),
    "remind-of-reviews": every(21_600, "shared_plans.tasks.remind_of_reviews"),
    "remind-of-deadlines": every(21_600, "shared_plans.tasks.remind_of_deadlines"),
    "count-residents": every(3600, "identity.tasks.count_residents"),
}
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """Celery configures logging only where nobody listens here; consortium.logs has done it."""
